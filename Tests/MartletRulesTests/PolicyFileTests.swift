import SECL
import Testing

@testable import MartletRules

struct PolicyFileTests {
  @Test(arguments: [
    ("rules: a", "1:8 policy: 'rules' must be a list"),
    ("macros: {}", "1:9 policy: 'macros' must be a list"),
    ("rules: [a]", "1:9 policy: a rule must be a mapping"),
    ("rules:\n - {id: a, expression: [x]}", "2:24 policy: 'expression' must be a text"),
    ("rules:\n - {id: a, filters: x}", "2:21 policy: 'filters' must be a list"),
    ("rules:\n - {id: a, filters: [[x]]}", "2:22 policy: an element of 'filters' must be a text"),
    ("rules:\n - {id: a, disabled: maybe}", "2:22 policy: 'disabled' must be true or false"),
    ("rules:\n - {id: a, silent: 1}", "2:20 policy: 'silent' must be true or false"),
    ("rules:\n - {id: a, tags: [x]}", "2:18 policy: 'tags' must be a mapping"),
    ("rules:\n - {id: a, tags: {x: [y]}}", "2:22 policy: 'tags' must have a text under each of its keys"),
    ("rules:\n - {id: a, priority: high}", "2:22 policy: 'priority' must be an integer"),
    (
      "rules:\n - {id: a, every: abc}",
      "2:19 policy: 'every' must be a duration such as 10s or 1h30m, or an integer of nanoseconds"
    ),
    (
      "rules:\n - {id: a, every: \"10\"}",
      "2:19 policy: 'every' must be a duration such as 10s or 1h30m, or an integer of nanoseconds"
    ),
    (
      "rules:\n - {id: a, every: 1.5}",
      "2:19 policy: 'every' must be a duration such as 10s or 1h30m, or an integer of nanoseconds"
    ),
    ("rules:\n - {id: a, actions: [{set: x}]}", "2:28 policy: 'set' must be a mapping"),
    ("rules:\n - {id: a, actions: [{set: {size: x}}]}", "2:35 policy: 'size' must be an integer"),
    ("rules:\n - {id: a, id: b}", "2:12 policy: 'id' is here a second time"),
    ("[a]", "1:1 policy: a policy must be a mapping"),
    ("", "1:1 policy: the file is empty"),
  ])
  func `a value of the wrong kind refuses the whole file`(text: String, error: String) {
    let scene = PolicyScene([("bad.policy", text), ("good.policy", "rules: [{id: ok, expression: exec.pid == 1}]")])
    #expect(scene.errors == [error])
    #expect(scene.ruleSet.rules.map(\.id) == ["ok"])
    #expect(scene.report.policies.map(\.status) == [.loaded, .error])
  }

  @Test func `numbers and truths are texts where texts are expected`() {
    let scene = PolicyScene(
      "version: 1.20\nrules:\n - {id: 7, expression: exec.pid == 1, tags: {score: 5, is: yes, no: }, product_tags: [1.0]}"
    )
    #expect(scene.errors == [])
    #expect(scene.report.policies[0].version == "1.20")
    #expect(scene.ruleSet.rules[0].id == "7")
    #expect(scene.ruleSet.rules[0].tags == ["is:yes", "no:", "score:5"])
    #expect(scene.ruleSet.rules[0].productTags == ["1.0"])
  }

  @Test(
    arguments: [
      ("10s", 10_000_000_000), ("1h30m", 5_400_000_000_000), ("250ms", 250_000_000), ("1.5s", 1_500_000_000),
      ("2us", 2000), ("2µs", 2000), ("3ns", 3), ("0", 0), ("-5s", -5_000_000_000), ("+1m", 60_000_000_000), ("", nil),
      ("s", nil), ("10", nil), ("10 s", nil), ("1d", nil), (".s", nil), (".5s", 500_000_000), ("1..5s", nil),
      ("2562048h", nil), ("9223372036854775808ns", nil), ("1s1", nil),
    ] as [(String, Int64?)])
  func `durations are those of Go`(text: String, nanoseconds: Int64?) {
    #expect(GoDuration.nanoseconds(text) == nanoseconds)
  }

  @Test(arguments: [
    ("", RateLimit.standard), ("every: 0", .standard), ("every: 0s", .standard),
    ("every: 5000000000", .every(5 * second)),
    ("every: 5s", .every(5 * second)), ("every: 1m", .every(60 * second)),
  ])
  func `every says how often a rule is sent`(line: String, limit: RateLimit) {
    let scene = PolicyScene("rules:\n - id: a\n   expression: exec.pid == 1\n   \(line)")
    #expect(scene.ruleSet.rules.map(\.limit) == [limit])
  }

  @Test func `every key of a rule is understood`() throws {
    let scene = PolicyScene(
      """
      version: "3.1"
      type: policy
      replace_policy_id: other
      macros:
        - {id: M, description: d, expression: exec.pid == 1, agent_version: ">= 7.1", filters: ['os == "linux"'], combine: merge}
      rules:
        - id: a
          version: "7"
          description: What it is
          expression: M
          tags: {k: v}
          product_tags: [p:q]
          agent_version: ">= 7.46"
          filters: ['os == "linux"']
          disabled: false
          override_options: {fields: [all]}
          actions: []
          every: 10s
          limiter_token: [process.pid]
          silent: false
          group_id: g
          priority: 3
      """)
    #expect(scene.report.diagnostics.isEmpty)
    let rule = try #require(scene.ruleSet.rules.first)
    #expect(rule.id == "a" && rule.reportedID == "g" && rule.version == "7" && rule.policyVersion == "3.1")
    #expect(rule.limiterFields.map(\.name) == ["process.pid"])
    #expect(rule.policyName == "test.policy" && rule.description == "What it is")
  }

  @Test(arguments: [
    ("rles: []", "a policy has no key 'rles'; did you mean 'rules'?"),
    (
      "rules: [{id: a, expression: exec.pid == 1, expresion: b}]",
      "a rule has no key 'expresion'; did you mean 'expression'?"
    ),
    (
      "rules: [{id: a, expression: exec.pid == 1, rate_limiter_token: [b]}]",
      "a rule has no key 'rate_limiter_token'; did you mean 'limiter_token'?"
    ),
    (
      "rules: [{id: a, expression: exec.pid == 1, actions: [{set: {name: x, value: 1, apend: true}}]}]",
      "'set' has no key 'apend'; did you mean 'append'?"
    ),
    ("macros: [{id: A, value: [x]}]", "a macro has no key 'value'; did you mean 'values'?"),
  ])
  func `an unknown key is a warning`(text: String, warning: String) {
    let scene = PolicyScene(text)
    #expect(scene.errors == [])
    #expect(scene.report.diagnostics.contains { $0.kind == .lint(.unknownKey) && $0.message == warning })
  }
}
