import Testing

@testable import MartletRules

/// What is wrong with entries, and what it costs.
struct RuleCheckTests {
  @Test(arguments: [
    ("{expression: exec.pid == 1}", "a rule needs an id", RuleReport.Status.error),
    ("{id: a-b, expression: exec.pid == 1}", "'a-b' is no id: letters, digits and _ only", .error),
    ("{id: a, group_id: a.b, expression: exec.pid == 1}", "'a.b' is no id: letters, digits and _ only", .error),
    ("{id: a}", "rule 'a' has no expression", .error),
    ("{id: a, expression: ''}", "rule 'a' has no expression", .error),
    (
      "{id: a, expression: 'exec.pid == 1', agent_version: nope}", "'nope' is no version constraint", .agentVersionError
    ),
    ("{id: a, expression: 'exec.pid =='}", "", .syntaxError),
    ("{id: a, expression: '# nothing'}", "", .syntaxError),
    ("{id: a, expression: 'exec.pid == \"x\"'}", "", .error),
    (
      "{id: a, expression: 'exec.pid == 1 && open.flags == 1'}",
      "'open.flags' belongs to 'open' events, 'exec.pid' to 'exec' events", .error
    ),
    ("{id: a, expression: 'process.pid == 1'}", "no field says which type of event the rule is about", .error),
    (
      "{id: a, expression: 'network.size > 1 && exec.pid == 1'}",
      "'network.size' is not available with 'exec' events, only with dns, imds, packet", .syntaxError
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{filter: 'nope == 1', set: {name: x, value: 1}}]}",
      "unknown field 'nope'", .error
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{set: {name: x, value: 1, scope: process, scope_field: exec.comm}}]}",
      "'exec.comm' is no integer field with a pid", .error
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{set: {name: x, value: 1, scope: process, scope_field: signal.pid}}]}",
      "'signal.pid' belongs to 'signal' events, the rule to 'exec' events", .error
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{hash: {field: exec.comm}}]}", "'exec.comm' names no file", .error
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{hash: {field: open.file}}]}",
      "'open.file.path' belongs to 'open' events, the rule to 'exec' events", .error
    ),
    (
      "{id: a, expression: 'chmod.retval == 1', actions: [{hash: {}}]}",
      "'hash' needs a field in a rule that is about neither exec nor open", .error
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{set: {name: x, field: open.flags}}]}",
      "'open.flags' belongs to 'open' events, the rule to 'exec' events", .error
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{set: {name: x, expression: open.flags, default_value: 0}}]}",
      "'open.flags' belongs to 'open' events, the rule to 'exec' events", .error
    ),
    (
      "{id: a, expression: 'exec.pid == 1', actions: [{set: {name: x, expression: '${nope}', default_value: 0}}]}",
      "unknown variable 'nope'", .error
    ),
  ])
  func `a rule that cannot be used is told of, and the others load`(
    rule: String, message: String, status: RuleReport.Status
  ) {
    let scene = PolicyScene("rules:\n - \(rule)\n - {id: good, expression: exec.pid == 1}")
    #expect(scene.ruleSet.rules.map(\.id) == ["good"])
    let report = scene.report.policies[0]
    #expect(report.status == .partiallyLoaded)
    #expect(report.rules.count == 2)
    let bad = report.rules.first { $0.id != "good" }
    #expect(bad?.status == status)
    if !message.isEmpty { #expect(bad?.message == message) }
  }

  @Test(arguments: ReservedIDs.all.sorted())
  func `ids of the agent's own rules are taken`(id: String) {
    let scene = PolicyScene("rules: [{id: \(id), expression: exec.pid == 1}]")
    #expect(scene.ruleSet.rules.isEmpty)
    #expect(scene.errors.count == 1)
  }

  @Test(arguments: [
    "{}", "{set: {name: x, value: 1}, log: {level: info}}", "{set: {value: 1}}", "{set: {name: x}}",
    "{set: {name: x, value: 1, field: exec.comm}}", "{set: {name: x, value: 1, expression: '1', default_value: 0}}",
    "{set: {name: x, expression: '1'}}", "{set: {name: x, value: 1, default_value: a}}",
    "{set: {name: x, value: 1, inherited: true}}", "{set: {name: x, value: 1, scope: cgroup, inherited: true}}",
    "{set: {name: x, value: 1, scope: container, scope_field: process.pid}}", "{set: {name: x-y, value: 1}}",
    "{set: {name: x, value: 1, scope: planet}}", "{set: {name: x, value: 1, scope: global}}",
    "{set: {name: pid, value: 1, scope: process}}", "{set: {name: comm, value: a, scope: process}}",
    "{set: {name: O_RDONLY, value: 1}}", "{set: {name: SIGKILL, value: 1, scope: process}}",
    "{set: {name: x, value: []}}",
    "{set: {name: x, value: [true]}}", "{set: {name: x, value: [1, a]}}", "{set: {name: x, value: 1.5}}",
    "{set: {name: x, value: {a: b}}}", "{set: {name: x, value: [[1]]}}", "{set: {name: known, value: a}}",
    "{set: {name: known, value: 1, private: true}}", "{set: {name: x, field: nope.nope}}",
    "{set: {name: x, field: process.argv}}", "{set: {name: x, field: process.ancestors.pid}}",
    "{set: {name: x, field: exec.comm, default_value: 1}}", "{set: {name: x, expression: exec.comm, default_value: 1}}",
    "{kill: {signal: SIGNOPE}}", "{kill: {}}", "{kill: {scope: process}}", "{log: {}}", "{log: {message: a}}",
    "{network_filter: {}}", "{network_filter: {filter: port 80, scope: container}}",
  ])
  func `an action that cannot be used is taken out, and its rule stays`(action: String) {
    let scene = PolicyScene(
      """
      rules:
        - id: first
          expression: exec.pid == 1
          actions: [{set: {name: known, value: 1}}]
        - id: a
          expression: exec.pid == 1
          actions:
            - \(action)
            - log: {level: info}
      """)
    #expect(scene.ruleSet.rules.map(\.id) == ["first", "a"])
    #expect(scene.ruleSet.rules.last?.actions.map(\.kind.name) == ["log"])
    #expect(scene.report.diagnostics.filter { $0.severity == .error }.map(\.kind) == [.action])
  }

  @Test(arguments: [
    ("{signal: SIGKILL}", "SIGKILL", 9, "process", 2),
    ("{signal: SIGPOLL, scope: container}", "SIGPOLL", 29, "container", 2),
    (
      "{signal: SIGTERM, scope: cgroup, disable_container_disarmer: true, disable_executable_disarmer: true}",
      "SIGTERM", 15,
      "cgroup", 0
    ),
    ("{signal: SIGKILL, scope: whatever, disable_container_disarmer: true}", "SIGKILL", 9, "process", 1),
  ])
  func `a kill says which signal is for whom`(
    kill: String, signal: String, number: Int32, scope: String, disarmers: Int
  ) throws {
    let scene = PolicyScene("rules: [{id: a, expression: exec.pid == 1, actions: [{kill: \(kill)}]}]")
    #expect(scene.errors == [] && scene.report.policies[0].rules[0].message == "")
    guard case .kill(let kill) = try scene.show("exec", ["exec.pid": .integer(1)]).first?.actions.first else {
      throw Mistake.none
    }
    #expect(
      kill.signal == signal && kill.number == number && kill.scope.rawValue == scope
        && kill.disarmers.count == disarmers)
  }

  private enum Mistake: Error { case none }

  @Test func `rules that come with the agent never kill, unless a policy on disk has them do so`() throws {
    let own = PolicySource(
      name: "own.policy", origin: .bundled,
      bytes: Array("rules: [{id: a, expression: exec.pid == 1, actions: [{kill: {signal: SIGKILL}}]}]".utf8))
    let (rules, report) = RuleSet.load([own], for: LoadingConditions())
    #expect(rules.rules.first?.actions.isEmpty == true)
    #expect(report.policies[0].rules[0].message == "action kill is left out: rules that come with the agent never kill")
    let file = PolicySource(
      name: "file.policy",
      text:
        "rules: [{id: a, combine: override, override_options: {fields: [actions]}, actions: [{kill: {signal: SIGTERM}}]}]"
    )
    #expect(RuleSet.load([own, file], for: LoadingConditions()).0.rules.first?.actions.map(\.kind.name) == ["kill"])
  }

  @Test(arguments: [
    ("{coredump: {process: true, mount: false, dentry: true, no_compression: true}}", "coredump"),
    ("{network_filter: {filter: port 80, policy: drop}}", "network_filter"),
    ("{network_filter: {filter: port 80, policy: drop, scope: cgroup}}", "network_filter"),
  ])
  func `an action that nobody does yet is checked and told of`(action: String, name: String) throws {
    let scene = PolicyScene("rules: [{id: a, expression: exec.pid == 1, actions: [\(action)]}]")
    #expect(scene.errors == [])
    #expect(scene.report.policies[0].rules[0].message == "action \(name) is left out: not done yet")
    #expect(try scene.show("exec", ["exec.pid": .integer(1)]).map { $0.actions.map(\.name) } == [[]])
  }

  @Test(
    arguments: [
      ("{hash: {}}", "exec.file", nil), ("{hash: {field: process.file}}", "process.file", nil),
      ("{hash: {field: exec.file, max_file_size: 1000}}", "exec.file", 1000),
    ] as [(String, String, Int64?)])
  func `a hash action says which file, and how large it may be`(action: String, field: String, limit: Int64?) throws {
    let scene = PolicyScene("rules: [{id: a, expression: exec.pid == 1, actions: [\(action)]}]")
    #expect(scene.errors == [])
    #expect(scene.report.policies[0].rules[0].message == "")
    let actions = try scene.show("exec", ["exec.pid": .integer(1)]).flatMap(\.actions)
    guard case .hash(field, limit) = try #require(actions.first) else {
      Issue.record("\(actions)")
      return
    }
  }

  @Test(arguments: [
    ("macros: [{id: M-1, values: [a]}]", "'M-1' is no id: letters, digits and _ only"),
    ("macros: [{values: [a]}]", "a macro needs an id"),
    ("macros: [{id: M, values: [a], expression: 'true'}]", "macro 'M' has both an expression and values"),
    ("macros: [{id: M, expression: 'nope == 1'}]", "macro 'M': unknown field 'nope'"),
    (
      "macros: [{id: M, expression: 'fim.write.file.path == \"/a\"'}]",
      "macro 'M': 'fim.write.file.' can stand only in a rule"
    ),
  ])
  func `a macro that cannot be used is not defined`(macros: String, message: String) {
    let scene = PolicyScene("\(macros)\nrules: [{id: a, expression: 'exec.comm in M'}]")
    #expect(scene.report.diagnostics.contains { $0.message == message })
    #expect(scene.ruleSet.rules.isEmpty)
  }

  @Test func `a macro of nothing is an empty list`() throws {
    let scene = PolicyScene("macros: [{id: M}]\nrules: [{id: a, expression: 'exec.comm not in M'}]")
    #expect(scene.errors == [])
    #expect(try scene.matches("exec", ["exec.comm": "x"]) == ["a"])
  }

  @Test(arguments: [("a.policy", PolicyReport.Status.error, 1), ("default.policy", .loaded, 0)])
  func `a policy of nothing is told of, unless it is the default`(
    name: String, status: PolicyReport.Status, warnings: Int
  ) {
    let scene = PolicyScene([(name, "version: 1")])
    #expect(scene.report.policies.map(\.status) == [status])
    #expect(scene.report.warnings == warnings)
  }

  @Test func `a policy's status says what became of its rules`() {
    let good = "{id: a, expression: exec.pid == 1}"
    let (bad, filtered) = ("{id: b, expression: nope}", "{id: c, expression: exec.pid == 1, filters: ['false']}")
    for (rules, status) in [
      ([good], PolicyReport.Status.loaded), ([good, bad], .partiallyLoaded), ([good, filtered], .partiallyFiltered),
      ([good, filtered, bad], .partiallyLoaded), ([bad, filtered], .fullyRejected), ([filtered], .fullyFiltered),
    ] {
      let scene = PolicyScene("rules: [\(rules.joined(separator: ", "))]")
      #expect(scene.report.policies[0].status == status, "\(rules)")
    }
  }

  @Test(arguments: [
    ("fim.write.file.path == \"/a\" && fim.write.file.nope == 1", "1:61"),
    ("fim.write.file.path == \"/a\" && nope == 1 && fim.write.file.path == \"/b\"", "1:61"),
    ("fim.write.file.path == 3", "1:53"), ("true && fim.write.file.path == 3", "1:61"),
  ])
  func `a mistake in what stands for several rules is found where it was written`(expression: String, place: String) {
    let scene = PolicyScene("rules: [{id: a, expression: '\(expression)'}]")
    #expect(scene.report.diagnostics.map { "\($0.position)" } == [place])
  }

  @Test func `several mistakes of one expression are told at once`() {
    let scene = PolicyScene(
      """
      rules:
        - id: a
          expression: >-
            exec.fil.path == "/a"
              && exec.comm in ["x"]
              && exec.cmm == "b"
      """)
    #expect(
      scene.errors == [
        "4:7 field-not-found: unknown field 'exec.fil.path'; did you mean 'exec.file.path'?",
        "6:12 field-not-found: unknown field 'exec.cmm'; did you mean 'exec.comm'?",
      ])
    #expect(scene.report.diagnostics[1].excerpt == "          && exec.cmm == \"b\"\n             ^")
  }
}
