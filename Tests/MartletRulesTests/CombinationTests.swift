import Testing

@testable import MartletRules

/// Several definitions of one macro or rule.
struct CombinationTests {
  // MARK: Macros

  @Test(
    arguments: [
      ("values: [a, b]", "values: [c]\n   combine: merge", ["a", "b", "c"], 0),
      ("expression: '[\"a\"]'", "values: [c]\n   combine: merge", ["a"], 1),
      ("values: [a]", "expression: '[\"c\"]'\n   combine: merge", ["a"], 1),
      ("expression: '[\"a\"]'", "expression: '[\"c\"]'\n   combine: merge", ["a"], 1),
      ("values: [a, b]", "values: [c]\n   combine: override", ["c"], 0),
      ("expression: '[\"a\"]'", "values: [c]\n   combine: override", nil, 2),
      ("values: [a]", "values: [c]", ["a"], 0),
      ("expression: '[\"a\"]'", "values: [c]", ["a"], 0),
    ] as [(String, String, [String]?, Int)])
  func `macros combine`(first: String, second: String, names: [String]?, errors: Int) throws {
    let scene = PolicyScene([
      ("a.policy", "macros:\n - id: M\n   \(first)\nrules:\n - {id: r, expression: exec.comm in M}"),
      ("b.policy", "macros:\n - id: M\n   \(second)"),
    ])
    #expect(scene.errors.count == errors)
    for name in ["a", "b", "c"] {
      #expect(try scene.matches("exec", ["exec.comm": .string(name)]).isEmpty == (names?.contains(name) != true))
    }
  }

  @Test(arguments: [
    (
      "{id: ONE, expression: TWO}, {id: TWO, expression: exec.uid == 0}",
      "macro 'ONE': macro 'TWO' is defined further down; macros can use only those before them"
    ),
    (
      "{id: ONE, expression: TWO}, {id: TWO, expression: ONE}",
      "macro 'TWO': macro 'ONE' is not defined: what it stands for is wrong"
    ),
    ("{id: ONE, expression: '!ONE'}", "macro 'ONE': macro 'ONE' cannot be used in itself"),
    ("{id: ONE, expression: nope}", "macro 'ONE' is not defined: what it stands for is wrong"),
    (
      "{id: ONE, expression: exec.uid == 0, agent_version: <1}",
      "macro 'ONE' is not for this host: its agent_version is for other versions"
    ),
  ])
  func `it is told why a macro cannot be used`(macros: String, message: String) {
    let scene = PolicyScene(
      "macros: [\(macros)]\nrules: [{id: a, expression: ONE}, {id: b, expression: exec.uid == 1}]")
    #expect(scene.report.diagnostics.contains { $0.message == message })
    #expect(scene.ruleSet.rules.map(\.id) == ["b"])
  }

  @Test func `rules may use macros of later files, macros only earlier ones`() {
    let scene = PolicyScene([
      (
        "a.policy",
        "macros: [{id: A, expression: B}]\nrules: [{id: r, expression: exec.comm in C}, {id: s, expression: A}]"
      ),
      ("b.policy", "macros: [{id: B, expression: exec.pid == 1}, {id: C, values: [x]}, {id: D, expression: B}]"),
    ])
    #expect(scene.ruleSet.rules.map(\.id) == ["r"])
    #expect(scene.errors.count == 2)
  }

  // MARK: Rules

  private static let on = "expression: exec.pid == 1"
  private static let other = "expression: exec.pid == 2"
  private static let disabled = "disabled: true"
  private static let full =
    "expression: exec.pid == 1, every: 10s, tags: {x: 1}, actions: [{set: {name: v, value: 1}}]"

  @Test(
    arguments: [
      ([("default", on), ("b", other)], "exec.pid == 1", "default"),
      ([("a", on), ("b", other)], "exec.pid == 1", "a"),
      ([("default", on), ("b", disabled)], nil, ""),
      ([("a", on), ("b", disabled)], "exec.pid == 1", "a"),
      ([("a", "\(on), \(disabled)"), ("b", other)], "exec.pid == 1", "b"),
      ([("default", on), ("b", disabled), ("c", on)], "exec.pid == 1", "c"),
      ([("default", on), ("b", on), ("c", disabled)], "exec.pid == 1", "default"),
      ([("a", on), ("b", "combine: override, override_options: {fields: [all]}, \(other)")], "exec.pid == 1", "a"),
      ([("default", on), ("b", "combine: override")], "exec.pid == 1", "b"),
      ([("default", on), ("b", "combine: override, \(disabled)")], nil, ""),
      (
        [("a", on), ("b", "combine: override, override_options: {fields: [expression]}, \(other)")], "exec.pid == 1",
        "a"
      ),
    ] as [([(String, String)], String?, String)])
  func `rules of one id are one rule`(files: [(String, String)], expression: String?, policy: String) {
    let scene = PolicyScene(files.map { ("\($0.0).policy", "rules: [{id: a, \($0.1)}]") })
    #expect(scene.errors == [])
    #expect(scene.ruleSet.rules.map(\.expression) == [expression].compactMap(\.self))
    #expect(scene.ruleSet.rules.map(\.policyName) == (expression == nil ? [] : ["\(policy).policy"]))
  }

  @Test(
    arguments: [
      ("default", "fields: [all]", "every: 5s, \(other)", 5 * second, [], 0),
      ("default", "fields: [every, tags]", "every: 1m, tags: {x: 2, y: 3}", 60 * second, ["x:2", "y:3"], 1),
      (
        "default", "fields: [actions]", "actions: [{set: {name: v, value: 1}}, {set: {name: w, value: 2}}]",
        10 * second, ["x:1"], 2
      ),
      (
        "a", "fields: [actions, tags]", "tags: {y: 3}, actions: [{set: {name: w, value: 2}}]", 10 * second,
        ["x:1", "y:3"], 2
      ),
      ("a", "fields: [product_tags]", "product_tags: [new]", 10 * second, ["x:1"], 1),
    ] as [(String, String, String, Int64, [String], Int)])
  func `an override replaces what it names`(
    first: String, options: String, second: String, every: Int64, tags: [String], actions: Int
  ) throws {
    let scene = PolicyScene([
      ("\(first).policy", "rules: [{id: a, \(Self.full)}]"),
      ("b.policy", "rules: [{id: a, combine: override, override_options: {\(options)}, \(second)}]"),
    ])
    let rule = try #require(scene.ruleSet.rules.first)
    #expect(rule.expression == "exec.pid == 1")
    #expect(rule.limit == .every(every))
    #expect(rule.tags == tags)
    #expect(rule.actions.count == actions)
    #expect(rule.productTags == (options.contains("product_tags") ? ["new"] : []))
    #expect(rule.policyName == (options.contains("product_tags") ? "a.policy" : "b.policy"))
    #expect(scene.report.policies[1].rules.map(\.id) == ["a"])
    #expect(scene.report.policies[1].rules[0].modifiedBy.map(\.name) == ["b.policy"])
  }

  @Test func `the first of one file stays`() {
    let scene = PolicyScene("rules: [{id: a, \(Self.on)}, {id: a, \(Self.other)}]")
    #expect(scene.ruleSet.rules.map(\.expression) == ["exec.pid == 1"])
    #expect(scene.report.diagnostics.map(\.kind) == [.lint(.ignoredDefinition)])
  }

  @Test func `an override of nothing is a rule`() {
    let scene = PolicyScene("rules: [{id: a, combine: override}, {id: b, combine: override, \(Self.on)}]")
    #expect(scene.report.policies[0].rules.map(\.status) == [.syntaxError, .loaded])
  }

  // MARK: Order of policies

  @Test func `the default policy comes first, the others by name`() {
    let policies = ["z", "default", "B", "a"].map { ("\($0).policy", "rules: [{id: r\($0), \(Self.on)}]") }
    #expect(
      PolicyScene(policies).report.policies.map(\.name) == ["default.policy", "B.policy", "a.policy", "z.policy"])
  }

  @Test func `remote policies come before bundled ones, these before files`() {
    func source(_ name: String, _ origin: PolicySource.Origin, _ text: String = "") -> PolicySource {
      PolicySource(name: name, origin: origin, bytes: Array("\(text)\nrules: [{id: a, \(Self.on)}]".utf8))
    }
    let sources = [
      source("a.policy", .file), source("default.policy", .file), source("bundled_policy", .bundled),
      source("r.policy", .remoteConfig), source("default.policy", .remoteConfig),
    ]
    let policies = RuleSet.load(sources, for: LoadingConditions()).1.policies
    #expect(policies.map(\.name) == ["default.policy", "r.policy", "bundled_policy", "a.policy"])
    #expect(policies.map(\.source) == [.remoteConfig, .remoteConfig, .bundled, .file])
  }

  @Test(arguments: [("version: 1\n", 1), ("", 2)])
  func `a remote policy with a version may replace the remote default`(version: String, count: Int) {
    let rules = "rules: [{id: a, \(Self.on)}]"
    let sources = [
      PolicySource(
        name: "r.policy", origin: .remoteConfig,
        bytes: Array("\(version)replace_policy_id: default.policy\n\(rules)".utf8)),
      PolicySource(name: "default.policy", origin: .remoteConfig, bytes: Array(rules.utf8)),
    ]
    #expect(RuleSet.load(sources, for: LoadingConditions()).1.policies.count == count)
  }
}
