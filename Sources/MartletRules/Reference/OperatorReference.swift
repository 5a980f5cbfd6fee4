import SECL

/// The page on operators.
enum OperatorReference {
  static var page: String {
    """
    # Operators

    From the tightest to the loosest:

    | operator | operands | holds if, or gives |
    | --- | --- | --- |
    | `!` `not` | a bool | the opposite |
    | `-` `^` | a number | the negative; all bits turned around |
    | `+` `-` | numbers | sum and difference, in 64 bits with a sign |
    | `&` `\\|` `^` | numbers, at most one of which depends on the event | bits of both, of one, of exactly one |
    | `==` `!=` | values of one type | they are equal; they are not. Networks are equal if they overlap |
    | `<` `<=` `>` `>=` | numbers | the order of the two |
    | `=~` `!~` | a text, and one that is known when the rule is loaded | the text matches the pattern; it does not |
    | `in` `not in` | a value and a list | one in the list equals or matches it; none does |
    | `allin` | a list of addresses and a list of networks | each address is in each network; of other types the same as `in` |
    | `&&` `and` | bools | both hold |
    | `\\|\\|` `or` | bools | one of them holds |

    `&&` and `||` have no order among each other: `a && b || c` is `a && (b || c)`. Write the brackets.

    ## Which type takes which

    | type | operators |
    | --- | --- |
    \(rows.joined(separator: "\n"))

    ## Texts

    | written | is | and matches |
    | --- | --- | --- |
    | `"…"` | plain | exactly this text; behind `=~` and `!~` it is a pattern |
    | `~"…"` | a pattern | `*` stands for any bytes; all else for itself. The pattern covers the whole text |
    | `r"…"` | a regexp of RE2 | somewhere in the text; `^` and `$` tie it to the ends |

    Fields of paths are stricter. Their literals are absolute and clean (no `//`, no `..`, no slash at the end), a `*`
    does not cross a slash, an element `**` stands for any number of elements, and regexps are refused. In a pattern a
    star takes as little as it can and never more: `*na` does not match `banana`.

    ## Lists

    A test of a list holds if it holds for any element; its negation, if it holds for none. `process.ancestors` is a
    list of images, so each field below it is a list. To ask several things of one and the same, give it a name:
    `process.ancestors[A].file.name == "sshd" && process.ancestors[A].uid == 0`.

    ## Times and durations

    `10s`, `5m` and `2h` are durations. A time is compared with one by its age: `exec.created_at < 5s` holds for a
    program that started less than five seconds ago.

    ## Addresses

    Addresses and networks are written without quotes: `10.0.0.1`, `10.0.0.0/8`, `fe80::/10`.

    ## Variables and other fields in texts

    `${name}` is a variable that a rule has set, `%{field}` a field; both may stand in a plain text:
    `open.file.path == "/proc/${process.pid}/maps"`.

    """
  }

  private static var rows: [String] {
    [ValueType.bool, .int, .ints, .string, .strings, .ip, .ips].map { type in
      let operators = Field(index: 0, name: "", type: type).operators
      let written = operators.map { $0 == "|" ? "`\\|`" : "`\($0)`" }.joined(separator: " ")
      return "| \(type.rawValue) | \(written) |"
    }
  }
}
