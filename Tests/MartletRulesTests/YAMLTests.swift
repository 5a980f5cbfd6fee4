import SECL
import Testing

@testable import MartletRules

struct YAMLTests {
  /// The scalar under `key: `, with `^` taken out of the text, and the place in the file of where it stood in the value.
  @Test(arguments: [
    ("a: exec.file == 3", "file", "1:9"),
    ("a: 'it''s file'", "file", "1:11"),
    ("a: \"x \\\"y\\\" \\u00e9 file\"", "file", "1:20"),
    ("a: |\n    one &&\n    file == 3\n", "file", "3:5"),
    ("a: >-\n    one &&\n      file == 3\n\n    && tail\n", "tail", "5:8"),
    ("a: one\n   && file\n", "file", "2:7"),
    ("a: \"one \\\n     file\"", "file", "2:6"),
    ("a: &anchor é file", "file", "1:14"),
    ("a: !!str 'file'", "file", "1:11"),
  ])
  func `a place in a value is found again in the file`(text: String, word: String, expected: String) throws {
    let document = try YAMLParser.document(of: Array(text.utf8))
    let root = try #require(document.root)
    guard case .mapping(let members) = document[root], case .scalar(let scalar) = document[members[0].value] else {
      Issue.record("no mapping of scalars")
      return
    }
    let before = try #require(scalar.text.firstRange(of: word)).lowerBound
    let lines = scalar.text[..<before].split(separator: "\n", omittingEmptySubsequences: false)
    let position = SourcePosition(line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
    #expect("\(SourceLines(Array(text.utf8)).place(of: position, in: scalar))" == expected)
  }

  @Test(
    arguments: [
      ("1", 1), ("-7", -7), ("0x1f", 31), ("0o17", 15), ("017", 15), ("0b101", 5), ("1_000", 1000), ("0", 0),
      ("9223372036854775807", Int64.max), ("9223372036854775808", nil), ("1.5", nil), ("'1'", nil), ("a", nil),
      ("--1", nil),
      ("0x-1", nil), ("+3", 3),
    ] as [(String, Int64?)])
  func `integers are read as YAML has them`(text: String, expected: Int64?) throws {
    let document = try YAMLParser.document(of: Array(text.utf8))
    guard let root = document.root, case .scalar(let scalar) = document[root] else {
      Issue.record("no scalar")
      return
    }
    #expect(scalar.integer == expected)
  }

  @Test(arguments: [
    ("a: b: c", "1:5: mapping values are not allowed in this context"),
    ("a: *b", "1:4: no anchor '&b' before this alias"),
    ("a: &b [*b]", "1:8: '*b' contains itself"),
    ("a: [", "2:1: while parsing a flow node, did not find expected node content"),
    ("\u{7f}", "1:1: control characters are not allowed"),
    ("a: 'b", "1:6: while scanning a quoted scalar, found unexpected end of stream"),
  ])
  func `a text that is no YAML is refused with a place`(text: String, message: String) {
    #expect(throws: (any Error).self) { try YAMLParser.document(of: Array(text.utf8)) }
    do { _ = try YAMLParser.document(of: Array(text.utf8)) } catch {
      let place = "\(error.position): \(error.message)"
      #expect(place == message)
    }
  }

  @Test func `only the first document is read`() throws {
    let scene = PolicyScene("rules:\n - {id: a, expression: 'exec.pid == 1'}\n---\n: [ not yaml")
    #expect(scene.errors == [])
    #expect(scene.ruleSet.rules.map(\.id) == ["a"])
  }

  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      String(repeating: "[", count: 200_000),
      String(repeating: "- ", count: 200_000),
      String(repeating: "{a: ", count: 200_000),
      String(repeating: "%TAG !a! b\n", count: 100_000) + "---\na: b",
      "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + zip("bcdefghij", "abcdefghi").map { "\($0): &\($0) [*\($1),*\($1),*\($1),*\($1),*\($1),*\($1),*\($1)]\n" }
        .joined()
        + "rules: *j",
      "x: &r {id: a, expression: " + String(repeating: "a", count: 1_000_000) + "}\nrules: ["
        + String(repeating: "*r,", count: 100_000) + "]",
      "x: &r [" + String(repeating: String(repeating: "a", count: 10_000) + ",", count: 100) + "]\nrules: ["
        + String(repeating: "{id: a, product_tags: *r},", count: 1000) + "]",
      String(repeating: "a", count: PolicyReader.largest + 1),
      "rules: [{id: a, expression: '" + String(repeating: "(", count: 50_000) + "'}]",
      "\u{0}\u{1}", "\u{feff}", "", "---", "...", "- a", "rules: {a: b}",
    ])
  func `hostile files are refused in bounded time`(text: String) {
    #expect(!PolicyScene(text).errors.isEmpty)
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    let source = PolicySource(name: "a.policy", bytes: Array("rules: ".utf8) + [0xff, 0xfe])
    #expect(RuleSet.load([source], for: LoadingConditions()).1.errors == 1)
  }

  @Test func `merge keys and aliases take what they name`() throws {
    let scene = PolicyScene(
      """
      x: &base {id: a, expression: exec.pid == 1, tags: &tags {k: v}}
      rules:
        - *base
        - {<<: *base, id: b}
        - {id: c, expression: exec.pid == 1, tags: *tags}
      """)
    #expect(scene.ruleSet.rules.map(\.id) == ["a", "b", "c"])
    #expect(scene.ruleSet.rules.map(\.tags) == [["k:v"], ["k:v"], ["k:v"]])
  }
}
