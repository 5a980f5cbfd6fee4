import MartletRules
import SECL
import Testing

import struct Support.SeededGenerator

/// Rules that were written to do harm: each is refused or answered, in bounded time.
@Suite(.timeLimit(.minutes(2)))
struct HostileTests {
  @Test(arguments: [
    "(", "!", "- ", "^", "not ", "exec.uid == ", "!(", "1 + (", "1 & (", "true && (", "exec.uid in [", "-(1 & ",
  ])
  func `nesting without end is a syntax error`(level: String) {
    for count in [199, 10_000] {
      let kinds = diagnose(String(repeating: level, count: count) + "exec.uid").map(\.kind)
      #expect(kinds.first == .syntax || count == 199 && kinds.first == .type)
    }
  }

  @Test func `closed brackets nest to the limit and not beyond`() {
    for (count, kinds) in [(199, []), (201, [Diagnostic.Kind.syntax])] {
      let rule = String(repeating: "(", count: count) + "exec.uid == 1" + String(repeating: ")", count: count)
      #expect(diagnose(rule).map(\.kind) == kinds)
    }
  }

  @Test(arguments: [" || ", " && ", " or ", " and "])
  func `a chain of 20,000 tests is a rule like any other`(joint: String) {
    let tests = Array(repeating: "exec.uid == 1", count: 20_000)
    #expect(diagnose(tests.joined(separator: joint)).isEmpty)
  }

  @Test(arguments: [" + ", " - ", " | "])
  func `a chain of 20,000 numbers is a number like any other`(joint: String) {
    #expect(diagnose("exec.uid == " + Array(repeating: "1", count: 20_000).joined(separator: joint)).isEmpty)
  }

  @Test(arguments: ["a", "(a", "a|", "[", ".*", "(a*)*", "\\", "a{1000}", "(?:a{30}){30}"])
  func `a regexp of a megabyte is refused`(part: String) {
    let body = String(repeating: part, count: (1 << 20) / part.utf8.count)
    // A backslash escapes the next one, an even number of them nothing else.
    #expect(diagnose("exec.comm == r\"\(body)\"").map(\.kind) == [.invalidRegexp])
  }

  @Test func `a regexp whose automaton is too large is refused`() {
    #expect(diagnose("exec.comm == r\"((a{100}){100}){100}\"").map(\.kind) == [.invalidRegexp])
  }

  @Test(arguments: ["x", "9", "1.", ":", "a[", "\u{0}", "é", "${", "~", "\"", "#", "\n", "10.0.0.0/", "&", "|", ","])
  func `a long run of one thing is refused`(part: String) {
    let kinds = diagnose(String(repeating: part, count: (1 << 17) / part.utf8.count)).map(\.kind)
    #expect(kinds == [.syntax] || kinds == [.fieldNotFound])
  }

  @Test func `a list of 20,000 patterns is a list like any other`() {
    let members = (0..<20_000).map { "~\"a\($0)*\"" }.joined(separator: ", ")
    #expect(diagnose("exec.comm in [ \(members) ]").isEmpty)
  }

  @Test func `20,000 mistakes are told as a few`() {
    let kinds = diagnose(Array(repeating: "nope.nope == 1", count: 20_000).joined(separator: " || ")).map(\.kind)
    #expect((1...20).contains(kinds.count))
  }

  @Test func `macros that double each other are refused before they are too much to evaluate`() {
    var macros = [Macro(id: "M0", body: .expression("exec.uid == 1"))]
    for number in 1...60 {
      macros.append(Macro(id: "M\(number)", body: .expression("M\(number - 1) || M\(number - 1)")))
    }
    #expect(diagnose("M60", macros: macros).map(\.kind) == [.macro])
  }

  @Test func `macros that wrap each other are refused before they are too deep to evaluate`() {
    var macros = [Macro(id: "M0", body: .expression("exec.uid == 1"))]
    for number in 1...5_000 { macros.append(Macro(id: "M\(number)", body: .expression("!M\(number - 1)"))) }
    #expect(diagnose("M5000", macros: macros).map(\.kind) == [.macro])
  }

  @Test func `what is just not too deep can be evaluated`() throws {
    var scope = Scope(catalogue: Catalogue.shared)
    try scope.define(Macro(id: "M0", body: .expression("exec.uid == 0")))
    for number in 1...490 { try scope.define(Macro(id: "M\(number)", body: .expression("!M\(number - 1)"))) }
    #expect(try scope.compile(rule: "M490").holds(in: GivenEvent(fields: [:], now: 0)))
  }

  @Test(arguments: 0..<40)
  func `no sequence of tokens is a crash`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let parts = [
      "exec.uid", "exec.comm", "open.file.path", "process.ancestors[A].comm", "exec.argv[0]", "${process.pid}",
      "%{exec.comm}", "\"a\"", "\"${x}\"", "~\"/a/**\"", "r\"(\"", "10.0.0.0/8", "::", "5s", "-3", "08", "EPERM",
      "true",
      "==", "!=", "=~", "!~", "<", ">=", "in", "not in", "allin", "&&", "||", "!", "-", "+", "&", "|", "^", "(", ")",
      "[ 1, 2 ]", "[ \"a\", ~\"b*\" ]", "[ EPERM ]", "[ ::1 ]", "packet.filter", "network.size", "fim.write.file.path",
    ]
    for _ in 0..<250 {
      let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
      let question = Question(expression: text.joined(separator: " "), fields: [:], now: 0)
      do throws(Question.Failure) {
        _ = try question.answer()
      } catch {
        guard case .expression(let mistakes) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(!mistakes.diagnostics.isEmpty)
      }
    }
  }
}
