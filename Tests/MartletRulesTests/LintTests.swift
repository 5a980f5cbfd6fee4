import MartletSchema
import Testing

@testable import MartletRules

struct LintTests {
  /// What is told of policies, but for rules without a key, of which the examples have many.
  private func findings(_ text: String, produced: Set<String>? = nil) -> [String] {
    var conditions = LoadingConditions()
    conditions.producedTypes = produced
    return RuleSet.check([PolicySource(name: "a.policy", text: text)], for: conditions).diagnostics
      .filter { $0.severity != .error && $0.kind != .lint(.noKey) }.map { "\($0.kind.name) \($0.message)" }
  }

  @Test(arguments: [
    ("open.flags & O_CREAT > 0", true), ("exec.comm != \"a\"", true), ("exec.comm == \"a\" || exec.pid > 5", true),
    ("exec.comm == \"a\" && exec.pid > 5", false), ("open.file.path =~ \"/etc/**\"", false),
  ])
  func `a rule in which nothing can be looked up is told of`(expression: String, isTold: Bool) {
    let report = RuleSet.check(
      [PolicySource(name: "a.policy", text: "rules: [{id: a, expression: '\(expression)'}]")], for: LoadingConditions())
    #expect(report.diagnostics.contains { $0.kind == .lint(.noKey) } == isTold)
    #expect(report.warnings == 0)
  }

  @Test func `a field that is always empty is told of, with the reason`() {
    let told = findings("rules: [{id: a, expression: 'exec.user_session.ssh_public_key == \"ada\"'}]")
    #expect(told.count == 1 && told[0].hasPrefix("empty-field rule 'a' reads 'exec.user_session.ssh_public_key'"))
  }

  @Test(
    arguments: [
      ("exec", nil), ("open", nil), ("signal", "signal"), ("exit", "exit"),
    ] as [(String, String?)])
  func `a rule about files that are not hashed is told of`(type: String, named: String?) {
    let told = findings(
      "rules: [{id: a, expression: '\(type).\(field(type)) == 1 && process.file.hashes == \"md5:0\"'}]"
    )
    .filter { $0.hasPrefix("empty-field") }
    #expect(told.count == (named == nil ? 0 : 1))
    if let named { #expect(told[0].hasSuffix("files of \(named) events are not hashed"), "\(told)") }
  }

  private func field(_ type: String) -> String {
    switch type {
    case "exec": "pid"
    case "open": "flags"
    case "exit": "code"
    default: "pid"
    }
  }

  @Test(arguments: [
    "open.flags == 1 && open.flags == 2", "open.flags > 5 && open.flags < 3", "open.flags >= 5 && open.flags < 5",
    "open.flags in [1, 2] && open.flags in [3, 4]", "open.flags == 7 && open.flags < 7",
    "exec.comm == \"a\" && exec.comm == \"b\"",
    "exec.comm in [\"a\", \"b\"] && exec.comm == \"c\"", "exec.is_thread && !exec.is_thread",
    "exec.comm == \"a\" && false",
    "exec.comm == \"a\" && !(exec.comm == \"a\")",
    "(exec.pid == 1 && exec.pid == 2) || (exec.pid == 3 && exec.pid == 4)",
    "!(exec.comm != \"a\" || exec.comm == \"a\")",
  ])
  func `a rule that no event makes true is told of`(expression: String) {
    #expect(
      findings("rules: [{id: a, expression: '\(expression)'}]")
        == ["never-true rule 'a' can never be true: its conditions exclude each other"])
  }

  @Test(arguments: [
    "open.flags == 1 || open.flags == 2", "open.flags > 3 && open.flags < 5",
    "open.flags in [1, 2] && open.flags in [2, 3]",
    "exec.file.path == \"/a\" && exec.file.path == \"/b\"", "exec.argv == \"a\" && exec.argv == \"b\"",
    "exec.comm == \"a\" && exec.comm =~ \"a*\"",
    "process.ancestors.pid == 1 && process.ancestors.pid == 2 && exec.pid > 0",
    "open.flags & 1 > 0 && open.flags & 2 > 0", "exec.comm != \"a\" && exec.comm != \"b\"",
  ])
  func `a rule that some event makes true is not`(expression: String) {
    #expect(findings("rules: [{id: a, expression: '\(expression)'}]") == [])
  }

  @Test(arguments: [
    ("exec.pid == 1 && exec.comm == \"a\"", "exec.comm == \"a\" && exec.pid == 1", true),
    ("exec.pid == 1 || exec.comm == \"a\"", "exec.comm == \"a\" || exec.pid == 1", true),
    ("exec.pid == 1 && exec.pid == 1", "exec.pid == 1", true),
    ("!(exec.pid == 1 || exec.comm == \"a\")", "exec.comm != \"a\" && exec.pid != 1", true),
    ("exec.comm in [\"a\", \"b\"]", "exec.comm in [\"b\", \"a\"]", true),
    ("fim.write.file.path == \"/a\"", "fim.write.file.path == \"/a\"", true),
    ("exec.pid == 1 && exec.comm == \"a\"", "exec.pid == 1 || exec.comm == \"a\"", false),
    ("exec.comm =~ \"a*\"", "exec.comm == \"a*\"", false),
    ("exec.pid == 1", "exit.pid == 1", false),
  ])
  func `two rules that ask the same are told of`(one: String, other: String, areSame: Bool) {
    #expect(
      findings("rules: [{id: a, expression: '\(one)'}, {id: b, expression: '\(other)'}]")
        == (areSame ? ["duplicate-rule rule 'b' asks the same as rule 'a'"] : []))
  }

  @Test func `macros and private variables that nobody reads are told of`() {
    let found = findings(
      """
      macros: [{id: USED, values: [a]}, {id: INNER, values: [b]}, {id: OUTER, expression: exec.comm not in INNER}, {id: UNUSED, values: [c]}]
      rules:
        - id: a
          expression: exec.comm in USED && OUTER
          actions:
            - set: {name: seen, value: 1, private: true}
            - set: {name: read, value: 1, private: true}
            - set: {name: shown, value: 1}
            - set: {name: filtered, value: 1, private: true}
            - {filter: '${filtered} == 1', set: {name: shown, expression: '${read}', default_value: 0}}
      """)
    #expect(
      found == [
        "unused-macro no rule uses macro 'UNUSED'", "unused-variable variable 'seen' is private, and nothing reads it",
      ])
  }

  @Test func `rules about events that do not come are told of`() {
    #expect(
      findings(
        "rules: [{id: a, expression: connect.retval == 0}, {id: b, expression: exec.pid == 0}, {id: c, expression: 'fim.write.file.path == \"/a\"'}]",
        produced: ["exec", "open"]) == ["not-produced no event of type connect is produced yet"])
  }

  @Test func `rules about events that do not come on this host are told of`() {
    var conditions = LoadingConditions()
    conditions.absentTypes = ["load_module": "it loads no modules"]
    let policy = PolicySource(
      name: "a.policy",
      text: "rules: [{id: a, expression: load_module.name == \"a\"}, {id: b, expression: exec.pid == 1}]")
    #expect(
      RuleSet.check([policy], for: conditions).diagnostics.map(\.message).filter { $0.hasPrefix("no event") }
        == ["no event of type load_module comes on this kernel: it loads no modules"])
  }

  @Test func `the report has the shape of the agent's`() throws {
    let scene = PolicyScene([
      (
        "a.policy",
        "version: 1\nrules: [{id: a, expression: exec.pid == 1, tags: {k: v}, actions: [{filter: 'true', set: {name: x, value: [1], scope: process, ttl: 1s}}, {hash: {}}]}]"
      ),
      ("b.policy", "version: 2\nrules: [{id: a, combine: override, override_options: {fields: [tags]}, tags: {l: w}}]"),
    ])
    var writer = JSONWriter()
    writer.value(scene.report.json)
    let rule =
      #"{"id":"a","version":"2","expression":"exec.pid == 1","status":"loaded","tags":{"k":"v","l":"w"},"actions":[{"filter":"true","set":{"name":"x","value":[1],"scope":"process","ttl":1000000000}},{"hash":{"enabled":true}}],"modified_by":[{"name":"b.policy","version":"2","source":"file"}]}"#
    #expect(
      writer.text
        == #"{"policies":[{"name":"a.policy","version":"1","source":"file","status":"loaded","rules":[\#(rule)]},{"name":"b.policy","version":"2","source":"file","status":"loaded","rules":[\#(rule)]}]}"#
    )
  }
}
