import MartletRules
import MartletSchema
import SECL
import Testing

/// What is said of the way to an answer.
struct ExplanationTests {
  @Test func `each comparison is told with its place, its fields' values and whether it counted`() throws {
    let verdict = try explain(
      "exec.uid == 0 && (exec.comm in [ \"a\", \"ls\" ] || exec.gid == 7)", ["exec.comm": .string("ls")])
    #expect(verdict.holds)
    let comparisons = verdict.explanation.comparisons
    #expect(comparisons.map(\.text) == ["exec.uid == 0", "exec.comm in [ \"a\", \"ls\" ]", "exec.gid == 7"])
    #expect(comparisons.map(\.value) == [.bool(true), .bool(true), .bool(false)])
    #expect(comparisons.map(\.isMoot) == [false, false, true])
    #expect(comparisons[1].range == 18..<44)
    #expect(comparisons[1].fields.map(\.value) == [.string(Array("ls".utf8))])
    #expect(comparisons[1].fields.map(\.text) == ["exec.comm"])
  }

  @Test func `what a macro stands for is told below its name`() throws {
    let macros = [Macro(id: "ROOT", body: .expression("exec.uid == 0")), Macro(id: "LS", body: .values(["ls"]))]
    let verdict = try explain("exec.comm in LS && !ROOT", [:], macros)
    #expect(!verdict.holds)
    #expect(verdict.explanation.comparisons.map(\.text) == ["exec.comm in LS", "exec.uid == 0"])
    #expect(verdict.explanation.parts.map(\.text) == ["exec.comm in LS", "!ROOT"])
    #expect(verdict.explanation.parts[1].parts.map(\.text) == ["ROOT"])
  }

  @Test func `a comparison with a condition is one comparison`() throws {
    let verdict = try explain("exec.is_thread != true && !exec.is_kworker", [:])
    #expect(verdict.explanation.comparisons.map(\.text) == ["exec.is_thread != true", "exec.is_kworker"])
    #expect(verdict.explanation.comparisons.map(\.value) == [.bool(true), .bool(false)])
  }

  @Test(arguments: [("git", true, 1), ("zsh", false, 0)])
  func `with a register the object is told`(name: String, holds: Bool, object: Int) throws {
    let ancestors = ["sh", "git"].map { JSONValue.object(["comm": .string($0)]) }
    let verdict = try explain(
      "exec.uid == 0 && process.ancestors[A].comm == \"\(name)\"", ["process.ancestors": .array(ancestors)])
    #expect(verdict.holds == holds)
    #expect(verdict.object == object)
  }

  private func explain(_ rule: String, _ fields: JSONObject, _ macros: [Macro] = []) throws -> Verdict {
    var scope = Scope(catalogue: Catalogue.shared)
    for macro in macros { try scope.define(macro) }
    return try scope.compile(rule: rule).explain(in: GivenEvent(fields: fields, now: 0))
  }
}
