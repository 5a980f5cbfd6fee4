/// One token: its kind and where it stands.
struct Token {
  enum Kind: Hashable {
    case cidr, ip, variable, fieldReference, duration, regexp, identifier, string, pattern, integer, end
    case punctuation(UInt8)
  }

  let kind: Kind
  /// The token's bytes in the text, quotes and braces included.
  let range: Range<Int>
}

/// Cuts a text into tokens.
///
/// At each place the first rule that matches wins, in a fixed order, even where a later one would match more. A rule is
/// greedy and never backs up, so the work is linear.
struct Lexer {
  private let source: SourceText
  private var offset = 0

  private init(_ source: SourceText) { self.source = source }

  /// All tokens of `source`, without comments and white space; the last is `.end`.
  ///
  /// - Throws: a `syntax` diagnostic at the first place that starts no token.
  static func tokens(of source: SourceText) throws(Diagnostic) -> [Token] {
    var lexer = Lexer(source)
    var tokens: [Token] = []
    // Of UTF-8, only characters above U+FFFF start with 0xf0 or more.
    if let wide = source.bytes.firstIndex(where: { $0 >= 0xf0 }) {
      throw source.diagnostic(.syntax, at: wide, "a character above U+FFFF is not allowed")
    }
    while let token = try lexer.next() { tokens.append(token) }
    tokens.append(Token(kind: .end, range: source.bytes.count..<source.bytes.count))
    return tokens
  }

  private mutating func next() throws(Diagnostic) -> Token? {
    skipBlanksAndComments()
    guard offset < source.bytes.count else { return nil }
    let start = offset
    for (kind, scan) in Self.rules {
      if let end = scan(self, start) {
        offset = end
        return Token(kind: kind, range: start..<end)
      }
    }
    let byte = source.bytes[start]
    if Self.punctuation.contains(byte) {
      offset = start + 1
      return Token(kind: .punctuation(byte), range: start..<start + 1)
    }
    if byte == UInt8(ascii: "\"") { throw source.diagnostic(.syntax, at: start, "a text without a closing quote") }
    throw source.diagnostic(.syntax, at: start, "unexpected character '\(character(at: start))'")
  }

  /// The rules in their order; white space and comments come before, punctuation after them.
  private static let rules: [(Token.Kind, @Sendable (Lexer, Int) -> Int?)] = [
    (.cidr, { $0.cidr($1) }),
    (.ip, { $0.ip($1) }),
    (.variable, { $0.braced("$", $1, name: isNamePart) }),
    (.fieldReference, { $0.braced("%", $1, name: isIdentifierPart) }),
    (.duration, { $0.duration($1) }),
    (.regexp, { $0.quoted($1, after: "r") }),
    (
      .identifier, { lexer, at in lexer.byte(at).map(isLetter) == true ? lexer.skip(at, while: isIdentifierPart) : nil }
    ),
    (.string, { $0.quoted($1, after: nil) }),
    (.pattern, { $0.quoted($1, after: "~") }),
    (.integer, { $0.integer($1) }),
  ]

  private static let punctuation = Set("!=<>+-[](),&|~^%".utf8)

  // MARK: Rules: each tells where the token that starts at `at` ends, nil if there is none

  private func cidr(_ at: Int) -> Int? {
    guard let slash = ip(at), byte(slash) == UInt8(ascii: "/") else { return nil }
    return digits(slash + 1)
  }

  private func ip(_ at: Int) -> Int? { ip4(at) ?? ip6(at) }

  private func ip4(_ at: Int) -> Int? {
    guard var end = digits(at) else { return nil }
    for _ in 0..<3 {
      guard byte(end) == UInt8(ascii: "."), let next = digits(end + 1) else { return nil }
      end = next
    }
    return end
  }

  private func ip6(_ at: Int) -> Int? {
    var end = skip(at, while: isHexDigit)
    for _ in 0..<2 {
      guard byte(end) == UInt8(ascii: ":") else { return nil }
      end = skip(end + 1, while: isHexDigit)
    }
    for _ in 0..<5 {
      if byte(end) == UInt8(ascii: ":") || byte(end) == UInt8(ascii: ".") { end += 1 }
      end = skip(end, while: isHexDigit)
    }
    return end
  }

  private func braced(_ mark: Unicode.Scalar, _ at: Int, name: (UInt8) -> Bool) -> Int? {
    guard byte(at) == UInt8(ascii: mark), byte(at + 1) == UInt8(ascii: "{"), byte(at + 2).map(isLetter) == true
    else { return nil }
    let end = skip(at + 2, while: name)
    return byte(end) == UInt8(ascii: "}") ? end + 1 : nil
  }

  private func duration(_ at: Int) -> Int? {
    guard let unit = digits(at), let letter = byte(unit), "msh".utf8.contains(letter) else { return nil }
    return skip(unit + 1) { $0 == UInt8(ascii: "s") }
  }

  private func quoted(_ at: Int, after mark: Unicode.Scalar?) -> Int? {
    var end = at
    if let mark {
      guard byte(end) == UInt8(ascii: mark) else { return nil }
      end += 1
    }
    guard byte(end) == UInt8(ascii: "\"") else { return nil }
    end += 1
    while let found = byte(end), found != UInt8(ascii: "\"") { end += found == UInt8(ascii: "\\") ? 2 : 1 }
    return end < source.bytes.count ? end + 1 : nil
  }

  private func integer(_ at: Int) -> Int? {
    digits(byte(at) == UInt8(ascii: "-") || byte(at) == UInt8(ascii: "+") ? at + 1 : at)
  }

  // MARK: Steps

  private func byte(_ at: Int) -> UInt8? { at < source.bytes.count ? source.bytes[at] : nil }

  private func skip(_ at: Int, while isPart: (UInt8) -> Bool) -> Int {
    var end = at
    while end < source.bytes.count, isPart(source.bytes[end]) { end += 1 }
    return end
  }

  private func digits(_ at: Int) -> Int? {
    let end = skip(at, while: isDigit)
    return end > at ? end : nil
  }

  private mutating func skipBlanksAndComments() {
    while let found = byte(offset) {
      let startsComment =
        found == UInt8(ascii: "#") || found == UInt8(ascii: "/") && byte(offset + 1) == UInt8(ascii: "/")
      if startsComment {
        offset = skip(offset) { $0 != UInt8(ascii: "\n") }
      } else if found == UInt8(ascii: " ") || found == UInt8(ascii: "\t") || found == UInt8(ascii: "\n") {
        offset += 1
      } else {
        return
      }
    }
  }

  private func character(at start: Int) -> String {
    source.text(start..<min(start + 4, source.bytes.count)).unicodeScalars.first.map { $0.escaped(asASCII: false) }
      ?? ""
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_") }
private func isNamePart(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: ".") }
private func isIdentifierPart(_ byte: UInt8) -> Bool {
  isNamePart(byte) || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
}
