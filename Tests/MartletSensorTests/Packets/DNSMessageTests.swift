import MartletModel
import Support
import Testing

@testable import MartletSensor

struct DNSMessageTests {
  /// A message with so many questions, by the header, and these bytes behind it.
  static func message(count: UInt16 = 1, flags: UInt8 = 1, _ body: [UInt8]) -> [UInt8] {
    [0xab, 0xcd, flags, 0, UInt8(count >> 8), UInt8(count & 0xff), 0, 0, 0, 0, 0, 0] + body
  }

  /// A question of these labels.
  static func question(_ labels: [String], type: UInt8 = 1, class: UInt8 = 1) -> [UInt8] {
    name(labels) + [0, type, 0, `class`]
  }

  static func name(_ labels: [String]) -> [UInt8] { labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0] }

  private func read(_ bytes: [UInt8], size: UInt32? = nil) -> [DNSQuestion] {
    DNSMessage.questions(bytes.span, size: size ?? UInt32(bytes.count))
  }

  @Test func `a question tells all that it holds`() {
    let bytes = Self.message(Self.question(["WWW", "Example", "com"], type: 28, class: 3))
    #expect(
      read(bytes) == [DNSQuestion(id: 0xabcd, name: "WWW.Example.com", type: 28, class: 3, size: 33, count: 1)])
  }

  @Test func `the root has no name, and what follows the questions is none`() {
    let bytes = Self.message([0, 0, 2, 0, 1] + [0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0])
    #expect(read(bytes) == [DNSQuestion(id: 0xabcd, name: "", type: 2, class: 1, size: 28, count: 1)])
  }

  @Test(
    arguments: [
      (["a.b", "c"], #"a\.b.c"#), ([#"a\b"#], #"a\\b"#), (["a b"], "a b"), (["\u{1}\u{7f}"], #"\001\127"#),
      (["é"], #"\195\169"#), ([String(repeating: "x", count: 63)], String(repeating: "x", count: 63)),
    ] as [([String], String)])
  func `no two names look the same`(labels: [String], name: String) {
    #expect(read(Self.message(Self.question(labels))).map(\.name) == [name])
  }

  @Test func `several questions are read, and a later one may point to the name of an earlier`() {
    let bytes = Self.message(
      count: 3, Self.question(["example", "org"]) + [1, 0x61, 0xc0, 12, 0, 1, 0, 1] + [0xc0, 20, 0, 1, 0, 1])
    #expect(read(bytes).map(\.name) == ["example.org", "a.example.org", "org"])
    #expect(read(bytes).allSatisfy { $0.count == 3 && !$0.isMalformed })
  }

  @Test(
    arguments: [
      ([], ""),  // no question where one should be
      ([3, 0x61], ""),  // a label that is cut
      ([1, 0x61], "a"),  // a name that is cut
      ([1, 0x61, 0], "a"),  // without type
      ([1, 0x61, 0, 0, 1, 0], "a"),  // without class
      ([1, 0x61, 0x40, 0, 0, 1, 0, 1], "a"), ([0x80], ""),  // labels of unknown kinds
      ([0xc0], ""), ([1, 0x61, 0xc0], "a"),  // half a pointer
      ([0xc0, 12, 0, 1, 0, 1], ""),  // to itself
      ([1, 0x61, 0xc0, 12, 0, 1, 0, 1], "a"),  // a loop over a label
      ([0xc0, 14, 0xc0, 12, 0, 1], ""),  // each to the other
      ([0xc0, 40, 0, 1, 0, 1], ""), ([0xff, 0xff, 0, 1, 0, 1], ""),  // ahead
      ([0xc0, 0, 0, 1, 0, 1], ""), ([0xc0, 11, 0, 1, 0, 1], ""),  // into the header
    ] as [([UInt8], String)])
  func `damage is told, with what could be read before it`(body: [UInt8], name: String) {
    let bytes = Self.message(body)
    let expected = DNSQuestion(
      id: 0xabcd, name: name, size: UInt32(bytes.count), count: 1, isMalformed: true)
    #expect(read(bytes) == [expected])
  }

  @Test(arguments: [(63, 63, 61, false), (63, 63, 62, true)])
  func `a name has at most 255 bytes`(first: Int, second: Int, last: Int, isMalformed: Bool) {
    let labels = [first, second, 63, last].map { String(repeating: "x", count: $0) }
    #expect(read(Self.message(Self.question(labels))).map(\.isMalformed) == [isMalformed])
  }

  @Test func `pointers cannot make a name longer than that`() {
    let long = [63, 63, 63].map { String(repeating: "x", count: $0) }
    let bytes = Self.message(
      count: 2, Self.question(long) + [63] + [UInt8](repeating: 0x79, count: 63) + [0xc0, 12, 0, 1, 0, 1])
    #expect(read(bytes).map(\.isMalformed) == [false, true])
  }

  @Test(arguments: [([], 0), ([7], 0), ([0, 7], 7), (Array(repeating: 1, count: 11), 0x0101)] as [([UInt8], UInt16)])
  func `less than a header is malformed`(bytes: [UInt8], id: UInt16) {
    #expect(read(bytes) == [DNSQuestion(id: id, size: UInt32(bytes.count), count: 0, isMalformed: true)])
  }

  @Test func `a message without questions is told as one`() {
    #expect(read(Self.message(count: 0, [])) == [DNSQuestion(id: 0xabcd, size: 12, count: 0)])
  }

  @Test func `of many questions the first are read`() {
    let all = (0..<40).flatMap { _ in Self.question(["a"]) }
    let questions = read(Self.message(count: 40, all))
    #expect(questions.count == DNSMessage.questionLimit)
    #expect(questions.allSatisfy { $0.count == 40 && $0.name == "a" && !$0.isMalformed })
  }

  @Test func `what a record had no room for is not malformed`() {
    let bytes = Self.message(count: 2, Self.question(["a"]))
    #expect(read(bytes, size: 60).map(\.isMalformed) == [false])
    #expect(read(bytes).map(\.isMalformed) == [false, true])
  }

  @Test func `no bytes trap or hang`() {
    var random = SeededGenerator(seed: 53)
    var whole = 0
    for _ in 0..<20_000 {
      var bytes = Self.message(count: 2, Self.question(["example", "com"]) + [1, 0x61, 0xc0, 12, 0, 1, 0, 1])
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 4..<bytes.count, using: &random)] = random.byte
      }
      let questions = read(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))))
      #expect(!questions.isEmpty)
      whole += questions.contains { $0.isMalformed } ? 0 : 1
    }
    #expect((100..<19_900).contains(whole))
  }
}
