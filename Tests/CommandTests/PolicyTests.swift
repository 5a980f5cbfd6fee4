import Foundation
import Support
import Testing

/// `martlet policy check`, as a person and as a script use it.
struct PolicyTests {
  private static let good = "rules:\n  - {id: good, expression: exec.pid == 1}\n"

  @Test(
    arguments: [
      (good, [], 0), ("\(good)  - {id: bad, expression: exec.nope == 1}\n", [], 1),
      ("macros: [{id: M, values: [a]}]\n\(good)", [], 0), ("macros: [{id: M, values: [a]}]\n\(good)", ["--strict"], 1),
      ("rules: {", [], 1), ("\(good)  - {id: old, expression: exec.pid == 2, agent_version: < 7.1}\n", ["--strict"], 0),
    ] as [(String, [String], Int32)])
  func `the status says whether something is wrong`(text: String, options: [String], status: Int32) throws {
    let place = try Workplace()
    let file = try place.file("a.policy", text)
    #expect(try Outcome(martlet: ["policy", "check", file] + options).status == status)
  }

  @Test func `a mistake is shown in its file`() throws {
    let place = try Workplace()
    let file = try place.file("a.policy", "rules:\n  - id: a\n    expression: >-\n      exec.fil.path == \"/a\"\n")
    let outcome = try Outcome(martlet: ["policy", "check", file])
    #expect(
      outcome.text.hasPrefix(
        """
        \(file):4:7: error: unknown field 'exec.fil.path'; did you mean 'exec.file.path'? [field-not-found]
                exec.fil.path == "/a"
                ^

        """))
    #expect(outcome.text.contains("\na.policy           fully_rejected  0       0         1\n"))
    #expect(outcome.text.hasSuffix("\n0 rules loaded, 1 error, 0 warnings\n"))
  }

  @Test func `a directory is read in order, and only files that end in policy`() throws {
    let place = try Workplace()
    _ = try place.file("b.policy", Self.good)
    _ = try place.file("default.policy", Self.good)
    _ = try place.file("notes.txt", "not: [ yaml")
    let outcome = try Outcome(martlet: ["policy", "check", place["."], "--json"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.text.utf8)) as? [String: Any])
    let policies = try #require(object["policies"] as? [[String: Any]])
    #expect(policies.map { $0["name"] as? String } == ["default.policy", "b.policy"])
    #expect(object["errors"] as? Int == 0)
    let diagnostics = try #require(object["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.map { $0["kind"] as? String } == ["ignored-definition"])
  }

  @Test func `the version that constraints are held against can be chosen`() throws {
    let place = try Workplace()
    let file = try place.file("a.policy", "rules: [{id: a, expression: exec.pid == 1, agent_version: '< 7.50'}]")
    #expect(try Outcome(martlet: ["policy", "check", file, "--rules"]).text.contains("  a  filtered"))
    #expect(
      try Outcome(martlet: ["policy", "check", file, "--rules", "--agent-version", "7.46.1"]).text.contains(
        "  a  loaded"))
    #expect(try Outcome(martlet: ["policy", "check", file, "--agent-version", "new"]).status == 2)
  }

  @Test func `what a policy says cannot move a terminal's cursor`() throws {
    let place = try Workplace()
    let file = try place.file(
      "a.policy", "rules: [{id: \"a\\e[2J\", expression: exec.pid == 1}, {id: a\u{202e}, expression: b}]")
    let outcome = try Outcome(martlet: ["policy", "check", file, "--rules"])
    #expect(outcome.status == 1)
    #expect(!outcome.text.contains("\u{1b}") && !outcome.text.contains("\u{202e}"))
  }

  @Test(arguments: [["/nonexistent"], [], ["."]])
  func `paths without policies are told of`(paths: [String]) throws {
    let place = try Workplace()
    let outcome = try Outcome(martlet: ["policy", "check"] + paths.map { $0 == "." ? place["."] : $0 })
    #expect(outcome.status == 2 && outcome.output.isEmpty && !outcome.errors.isEmpty)
  }
}
