import MartletSchema
import Testing

struct EventValidatorTests {
  /// `§` in a row stands for a valid event's members `agent` and `title`.
  @Test(
    arguments: [
      ("{§}", []),
      (" \t\r\n{§} ", []),
      (#"{§,"dd":{"span_id":18446744073709551615,"trace_id":-9223372036854775808}}"#, []),
      (#"{§,"dd":{"span_id":1.0,"trace_id":-12.50e1}}"#, []),
      (#"{§,"dd":{"span_id":1e19,"trace_id":0e-9}}"#, []),
      (#"{§,"dd":{"span_id":0.5}}"#, ["/dd/span_id: is a number with a fraction, expected an integer"]),
      (#"{§,"dd":{"span_id":1e-1}}"#, ["/dd/span_id: is a number with a fraction, expected an integer"]),
      (
        #"{§,"dd":{"span_id":18446744073709551616,"trace_id":-9223372036854775809}}"#,
        [
          "/dd/span_id: is out of range, expected an integer from -2^63 to 2^64 - 1",
          "/dd/trace_id: is out of range, expected an integer from -2^63 to 2^64 - 1",
        ]
      ),
      (
        #"{§,"dd":{"span_id":1e20,"trace_id":1e999999999999999999999}}"#,
        [
          "/dd/span_id: is out of range, expected an integer from -2^63 to 2^64 - 1",
          "/dd/trace_id: is out of range, expected an integer from -2^63 to 2^64 - 1",
        ]
      ),
      (#"{§,"dd":{"span_id":"1"}}"#, ["/dd/span_id: is a string, expected an integer"]),
      (#"{§,"dd":[{"span_id":1}]}"#, ["/dd: is an array, expected an object"]),
      (#"{§,"dd":null}"#, ["/dd: is null, expected an object"]),
      (#"{§,"evt":{"async":0}}"#, ["/evt/async: is a number, expected a boolean"]),
      (
        #"{§,"bpf":{"cmd":true,"program":{"helpers":{}}}}"#,
        [
          "/bpf/cmd: is a boolean, expected a string", "/bpf/program/helpers: is an object, expected an array",
        ]
      ),
      (
        #"{§,"bpf":{"cmd":"","program":{"helpers":["a",1,null]}}}"#,
        [
          "/bpf/program/helpers/1: is a number, expected a string",
          "/bpf/program/helpers/2: is null, expected a string",
        ]
      ),
      ("{}", ["/agent: is missing, expected an object", "/title: is missing, expected a string"]),
      (#"{§,"process":{"uid":0}}"#, ["/process/gid: is missing, expected an integer"]),
      (#"{§,"syscalls":[{"name":"a","id":0},{"name":"b"}]}"#, ["/syscalls/1/id: is missing, expected an integer"]),
      (#"{§,"proces":{"uid":[]}}"#, ["/proces: is unknown, expected no such property; did you mean 'process'?"]),
      (#"{§,"cgroup":{}}"#, ["/cgroup: is unknown, expected no such property"]),
      (#"{§,"a/b~c":1}"#, ["/a~1b~0c: is unknown, expected no such property"]),
      (#"{§,"\u001b[2J":1}"#, [#"/\u{1b}[2J: is unknown, expected no such property"#]),
      (#"{§,"":1}"#, ["/: is unknown, expected no such property"]),
      (
        #"{§,"mount":{"mount_id":1,"parent_mount_id":1,"bind_src_mount_id":0,"device":0,"source.path":1}}"#,
        [
          "/mount/source.path: is a number, expected a string"
        ]
      ),
      (#"{§,"title":""}"#, ["/title: is there twice, expected different names in one object"]),
      (#"{§,"\u0074itle":""}"#, ["/title: is there twice, expected different names in one object"]),
      (
        #"{§,"evt":{"variables":{"a":1,"b":{"a":1},"\u0061":2}}}"#,
        [
          "/evt/variables/a: is there twice, expected different names in one object"
        ]
      ),
      (
        #"{§,"date":"2024-02-30T00:00:00Z"}"#,
        [
          "/date: is no date and time, expected RFC 3339 such as 2024-10-02T14:03:07.1234Z"
        ]
      ),
      (#"{§,"date":1}"#, ["/date: is a number, expected a date-time"]),
      (
        #"{§,"agent":1}"#,
        [
          "/agent: is there twice, expected different names in one object", "/agent: is a number, expected an object",
        ]
      ),
      (
        #"{§,"evt":{"variables":{"a":18446744073709551616,"b":1e999}}}"#,
        [
          "/evt/variables/a: is out of range, expected an integer from -2^63 to 2^64 - 1",
          "/evt/variables/b: is out of range, expected a number that a double can hold",
        ]
      ),
      (
        #"{§,"process":{"uid":0,"gid":0,"user_session":{"k8s_extra":{"a":["b"],"c":"d"}}}}"#,
        [
          "/process/user_session/k8s_extra/c: is a string, expected an array"
        ]
      ),
      ("", ["(document): malformed JSON at column 1: the text ends, expected a value"]),
      ("[]", ["(document): is an array, expected an object"]),
      ("{§}}", ["(document): malformed JSON at column 37: expected the end of the line after the value"]),
      ("{§,}", ["(document): malformed JSON at column 37: expected a property's name in quotes"]),
      ("{§", ["/title: malformed JSON at column 36: the text ends, expected ',' or '}'"]),
      (
        #"{§,"dd":{"span_id":01}}"#,
        ["/dd/span_id: malformed JSON at column 53: a needless zero, expected another digit to come first"]
      ),
      (#"{§,"dd":{"span_id":-}}"#, ["/dd/span_id: malformed JSON at column 54: expected a digit"]),
      (#"{§,"dd":{"span_id":1.}}"#, ["/dd/span_id: malformed JSON at column 55: expected a digit"]),
      (
        #"{§,"dd":tru}"#,
        ["/dd: is a boolean, expected an object", "/dd: malformed JSON at column 42: expected 'true'"]
      ),
      (#"{§,"dd":NaN}"#, ["/dd: malformed JSON at column 42: expected a value"]),
      (
        #"{§,"evt":{"name":"\x"}}"#,
        [
          #"/evt/name: malformed JSON at column 52: a backslash without an escape, expected one of \" \\ \/ \b \f \n \r \t \uXXXX"#
        ]
      ),
      (
        #"{§,"evt":{"name":"\ud800x"}}"#,
        [
          "/evt/name: malformed JSON at column 52: half of a surrogate pair, expected both halves"
        ]
      ),
      (
        #"{§,"evt":{"name":"\udc00"}}"#,
        [
          "/evt/name: malformed JSON at column 52: half of a surrogate pair, expected both halves"
        ]
      ),
      (#"{§,"evt":{"name":"\ud83d\udc0e"}}"#, []),
      (
        "{§,\"evt\":{\"name\":\"a\tb\"}}",
        [
          "/evt/name: malformed JSON at column 53: a control character in a text, expected an escape"
        ]
      ),
    ] as [(String, [String])])
  func `every violation is told with its place, and what was expected`(row: String, expected: [String]) {
    let json = row.replacing("§", with: #""agent":{"rule_id":"r"},"title":"""#)
    #expect(violations(in: Array(json.utf8)).map(\.description) == expected)
  }

  @Test(
    arguments: [
      [0xff], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x9f, 0xbf], [0xed, 0xa0, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],
      [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xf0, 0x9f, 0x90], [0x80],
    ] as [[UInt8]])
  func `bytes that are no UTF-8 are told from texts in other scripts`(bytes: [UInt8]) {
    let head = Array(#"{"agent":{"rule_id":"r"},"title":"é馬🐎\#u{7ff}\#u{ffff}\#u{10ffff}"#.utf8)
    let valid = head + Array("\"}".utf8)
    #expect(violations(in: valid) == [])
    #expect(violations(in: head + bytes + Array("\"}".utf8)).map(\.problem) == [.malformed(.invalidUTF8)])
  }

  @Test(arguments: [
    ("2024-10-02T14:03:07Z", true), ("2024-10-02t14:03:07z", true), ("2024-10-02T14:03:07.1Z", true),
    ("2024-10-02T14:03:07.123456789012345Z", true), ("2024-10-02T14:03:07+23:59", true),
    ("2024-10-02T14:03:07-00:00", true), ("0001-01-01T00:00:00Z", true), ("9999-12-31T23:59:59Z", true),
    ("2024-02-29T00:00:00Z", true), ("2000-02-29T00:00:00Z", true), (#"2024-10-02T14:03:07\u005a"#, true),
    ("", false), ("2024-10-02", false), ("2024-10-02 14:03:07Z", false), ("2024-10-02T14:03:07", false),
    ("2024-10-02T14:03:07.Z", false), ("2024-10-02T14:03:07,1Z", false), ("2024-10-02T24:00:00Z", false),
    ("2024-10-02T14:60:07Z", false), ("2016-12-31T23:59:60Z", false), ("2024-00-02T14:03:07Z", false),
    ("2024-10-00T14:03:07Z", false), ("2024-04-31T00:00:00Z", false), ("2023-02-29T00:00:00Z", false),
    ("1900-02-29T00:00:00Z", false), ("0000-01-01T00:00:00Z", false), ("2024-10-02T14:03:07+24:00", false),
    ("2024-10-02T14:03:07+0100", false), ("2024-10-02T14:03:07Zx", false), ("２024-10-02T14:03:07Z", false),
  ])
  func `a date and time follows RFC 3339`(text: String, isValid: Bool) {
    let json = #"{"agent":{"rule_id":"r"},"title":"","date":"\#(text)"}"#
    #expect(violations(in: Array(json.utf8)).map(\.problem) == (isValid ? [] : [.badDateTime]))
  }

  @Test func `511 levels are accepted, 512 are one violation`() {
    for (levels, expected) in [(508, 0), (509, 1), (100_000, 1)] {
      let nested = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      let json = #"{"agent":{"rule_id":"r"},"title":"","evt":{"variables":{"x":\#(nested)}}}"#
      #expect(violations(in: Array(json.utf8)).count == expected)
      let event = try? EventDocument(json: json)
      #expect(event?.json == (expected == 0 ? json : nil))
    }
  }

  @Test func `a name is found again among many, and its escapes do not hide it`() {
    let names = (0..<1000).map { #""\#($0)":0"# } + [#""\u0037":1"#, #""nine":1"#]
    let json = #"{"agent":{"rule_id":"r"},"title":"","evt":{"variables":{\#(names.joined(separator: ","))}}}"#
    #expect(
      violations(in: Array(json.utf8)).map(\.description) == [
        "/evt/variables/7: is there twice, expected different names in one object"
      ])
  }

  @Test(arguments: Samples.all)
  func `the samples are valid`(line: String) {
    #expect(violations(in: Array(line.utf8)) == [])
  }
}

/// Everything that a fresh validator has to say about `json`.
func violations(in json: [UInt8]) -> [Violation] {
  var validator = EventValidator()
  var violations: [Violation] = []
  unsafe validator.validate(json.span.bytes) { violations.append($0) }
  return violations
}
