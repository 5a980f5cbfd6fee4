import MartletModel
import MartletSchema
import SECL
import Testing

@testable import MartletRules

struct VariableTests {
  @Test(arguments: [
    ("value: 1", "int"), ("value: 1, append: true", "int[]"), ("value: a", "string"),
    ("value: a, append: true", "string[]"),
    ("value: true", "bool"), ("value: true, append: true", "bool"), ("value: [1, 2]", "int[]"),
    ("value: [1, 2], append: true", "int[]"), ("value: [a]", "string[]"), ("value: [a], append: true", "string[]"),
    ("value: yes", "string"), ("value: '1'", "string"), ("value: 0x10", "int"),
    ("field: process.pid", "int"), ("field: process.pid, append: true", "int[]"), ("field: process.comm", "string"),
    ("field: process.comm, append: true", "string[]"), ("field: event.async", "bool"),
    ("field: event.async, append: true", "bool"), ("field: bind.addr.ip", "ip[]"),
    ("field: bind.addr.ip, append: true", "ip[]"),
    ("field: process.argv, append: true", "string[]"), ("field: process.argv, default_value: [a]", "string[]"),
    ("field: 'process.argv[0]'", "string"), ("field: process.ancestors.pid, append: true", "int[]"),
    ("field: process.comm, default_value: ''", "string"),
    ("expression: process.pid + 1, default_value: 0", "int"), ("expression: process.comm, default_value: ''", "string"),
    ("expression: process.comm, default_value: '', append: true", "string[]"),
    ("expression: '\"${process.pid}_%{process.comm}\"', default_value: ''", "string"),
    ("expression: process.argv, default_value: [a]", "string[]"),
    ("expression: event.async, default_value: false", "bool"),
  ])
  func `a variable's type follows from what it is set to`(set: String, type: String) {
    let scene = PolicyScene("rules: [{id: a, expression: bind.retval == 0, actions: [{set: {name: x, \(set)}}]}]")
    #expect(scene.errors == [])
    #expect(scene.ruleSet.variables.map(\.type.rawValue) == [type])
    #expect(scene.ruleSet.rules[0].actions.count == 1)
  }

  /// A policy that sets `x` when told so, and has a rule `qN` for each condition.
  private func asking(_ set: String, _ conditions: String...) -> PolicyScene {
    PolicyScene(
      "rules:\n - {id: set, silent: true, expression: exec.comm == \"set\", actions: [{set: {name: x, \(set)}}]}\n"
        + conditions.enumerated().map { " - {id: q\($0), expression: 'exec.comm == \"ask\" && \($1)'}\n" }
        .joined())
  }

  private func set(
    _ scene: PolicyScene, _ scopes: Scopes = Scopes(), at now: Int64 = 0, pid: Int64 = 0, args: String = ""
  ) throws {
    try scene.show(
      "exec", ["exec.comm": "set", "process.pid": .integer(JSONInteger(pid)), "exec.args": .string(args)],
      scopes: scopes, at: now)
  }

  private func ask(_ scene: PolicyScene, _ scopes: Scopes = Scopes(), at now: Int64 = 0) throws -> [String] {
    try scene.matches("exec", ["exec.comm": "ask"], scopes: scopes, at: now)
  }

  // MARK: Scopes

  @Test func `a global variable is one for all`() throws {
    let scene = asking("value: 1", "${x} == 1")
    try set(scene, Scopes(images: [1]))
    #expect(try ask(scene, Scopes(images: [2])) == ["q0"])
  }

  @Test(
    arguments: [
      ([1], [1], true), ([1], [2], false), ([1], [2, 1], false), ([1], [], false), ([], [1], false),
    ] as [([UInt64], [UInt64], Bool)])
  func `a process variable belongs to one image`(setter: [UInt64], asker: [UInt64], isSeen: Bool) throws {
    let scene = asking("value: 1, scope: process", "${process.x} == 1")
    try set(scene, Scopes(images: setter))
    #expect(try ask(scene, Scopes(images: asker)).isEmpty != isSeen)
  }

  @Test func `an inherited variable is read from the nearest ancestor with one, and written to the process itself`()
    throws
  {
    let scene = asking(
      "field: exec.args, scope: process, inherited: true", "${process.x} == \"a\"", "${process.x} == \"b\"")
    try set(scene, Scopes(images: [1]), args: "a")
    #expect(try ask(scene, Scopes(images: [3, 2, 1])) == ["q0"])
    try set(scene, Scopes(images: [2, 1]), args: "b")
    #expect(try ask(scene, Scopes(images: [3, 2, 1])) == ["q1"])
    #expect(try ask(scene, Scopes(images: [1])) == ["q0"])
    #expect(try ask(scene, Scopes(images: [9])) == [])
  }

  @Test func `appending to an inherited list starts from what is inherited`() throws {
    let scene = asking(
      "field: exec.args, append: true, scope: process, inherited: true", "\"a\" in ${process.x}",
      "\"b\" in ${process.x}")
    try set(scene, Scopes(images: [1]), args: "a")
    try set(scene, Scopes(images: [2, 1]), args: "b")
    #expect(try ask(scene, Scopes(images: [2, 1])) == ["q0", "q1"])
    #expect(try ask(scene, Scopes(images: [1])) == ["q0"])
  }

  @Test(arguments: ["container", "cgroup"])
  func `container and cgroup variables belong to one, and nobody's are zero`(scope: String) throws {
    let scene = asking(
      "value: 1, default_value: 5, scope: \(scope)", "${\(scope).x} == 1", "${\(scope).x} == 0", "${\(scope).x} == 5")
    func scopes(_ id: String?) -> Scopes { Scopes(containerID: id, cgroupID: id) }
    try set(scene, scopes("one"))
    #expect(try ask(scene, scopes("one")) == ["q0"])
    #expect(try ask(scene, scopes(nil)) == ["q1"])
    // Never set there: the default.
    #expect(try ask(scene, scopes("two")) == ["q2"])
  }

  @Test(arguments: ["container", "cgroup", "process"])
  func `without the scope's owner the rule's remaining set actions are not done`(scope: String) throws {
    let scene = PolicyScene(
      """
      rules:
        - id: a
          expression: exec.pid == 1
          actions:
            - set: {name: x, value: 1}
            - set: {name: y, value: 1, scope: \(scope)}
            - set: {name: z, value: 1}
            - log: {level: info}
        - {id: x, expression: 'exec.pid == 1 && ${x} == 1'}
        - {id: z, expression: 'exec.pid == 1 && ${z} == 1'}
      """)
    let detections = try scene.show("exec", ["exec.pid": .integer(1)], scopes: Scopes(images: []))
    #expect(detections.map(\.rule.id) == ["a", "x"])
    #expect(detections[0].actions.map(\.name) == ["log"])
    #expect(scene.detector.counts.failedActions == 1)
  }

  @Test func `a scope field names the process whose variables are meant`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: a
          expression: cgroup_write.pid > 0
          actions:
            - filter: ${process.x} == 0
              set: {name: x, expression: "${process.x} + 7", default_value: 0, scope: process, scope_field: cgroup_write.pid}
        - {id: q, expression: 'exec.pid == 1 && ${process.x} == 7'}
      """)
    #expect(scene.errors == [])
    let scopes = Scopes(images: [1], others: [42: [5, 1]])
    for _ in 0..<2 { try scene.show("cgroup_write", ["cgroup_write.pid": .integer(42)], scopes: scopes) }
    #expect(try scene.matches("exec", ["exec.pid": .integer(1)], scopes: Scopes(images: [5])) == ["q"])
    #expect(try scene.matches("exec", ["exec.pid": .integer(1)], scopes: Scopes(images: [1])) == [])
  }

  // MARK: Life time

  @Test func `a scalar that has expired was never set`() throws {
    let scene = asking("value: 1, default_value: 9, ttl: 10s", "${x} == 1", "${x} == 9")
    #expect(try ask(scene) == ["q1"])
    try set(scene, at: 0)
    #expect(try ask(scene, at: 10 * second - 1) == ["q0"])
    #expect(try ask(scene, at: 10 * second) == ["q1"])
    try set(scene, at: 11 * second)
    try set(scene, at: 20 * second)
    #expect(try ask(scene, at: 29 * second) == ["q0"])
  }

  @Test func `elements of a list expire one by one, and adding again refreshes`() throws {
    let scene = asking("field: exec.args, append: true, ttl: 10s", "\"a\" in ${x}", "\"b\" in ${x}", "${x.length} == 1")
    try set(scene, at: 0, args: "a")
    try set(scene, at: 5 * second, args: "b")
    #expect(try ask(scene, at: 9 * second) == ["q0", "q1"])
    #expect(try ask(scene, at: 12 * second) == ["q1", "q2"])
    try set(scene, at: 14 * second, args: "b")
    #expect(try ask(scene, at: 20 * second) == ["q1", "q2"])
    #expect(try ask(scene, at: 24 * second) == [])
  }

  @Test(arguments: [("", 100), ("size: 3, ", 3)])
  func `a list keeps so many elements, those added last`(size: String, count: Int) throws {
    let scene = asking(
      "\(size)field: exec.args, append: true", "${x.length} == \(count)", "\"0\" in ${x}", "\"1\" in ${x}")
    for number in 0..<count { try set(scene, args: "\(number)") }
    try set(scene, args: "0")
    #expect(try ask(scene) == ["q0", "q1", "q2"])
    try set(scene, args: "new")
    #expect(try ask(scene) == ["q0", "q1"])
  }

  @Test func `a list that is set keeps what it had`() throws {
    let scene = PolicyScene(
      """
      rules:
        - {id: one, expression: exec.pid == 1, actions: [{set: {name: x, value: [a, b]}}]}
        - {id: two, expression: exec.pid == 2, actions: [{set: {name: x, value: [b, c]}}]}
        - {id: q, expression: 'exec.pid == 3 && ${x.length} == 3 && "a" in ${x} && "c" in ${x}'}
      """)
    for pid in 1...2 { try scene.show("exec", ["exec.pid": .integer(JSONInteger(pid))]) }
    #expect(try scene.matches("exec", ["exec.pid": .integer(3)]) == ["q"])
  }

  @Test func `appending to a bool fails when it runs`() throws {
    let scene = asking("value: true, append: true", "${x}")
    try set(scene)
    #expect(try ask(scene) == [])
    #expect(scene.detector.counts.failedActions == 1)
  }

  @Test func `what is forgotten is as if never set`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: set
          expression: exec.comm == "set"
          actions:
            - set: {name: x, value: 1, scope: process}
            - set: {name: y, value: 1, scope: container}
            - set: {name: z, value: 1, scope: cgroup}
        - {id: x, expression: 'exec.comm == "ask" && ${process.x} == 1', every: 1ns}
        - {id: y, expression: 'exec.comm == "ask" && ${container.y} == 1', every: 1ns}
        - {id: z, expression: 'exec.comm == "ask" && ${cgroup.z} == 1', every: 1ns}
      """)
    let scopes = Scopes(images: [1], containerID: "c", cgroupID: "g")
    try set(scene, scopes)
    #expect(try ask(scene, scopes) == ["x", "y", "z"])
    scene.detector.forget(processImage: 1)
    #expect(try ask(scene, scopes, at: 1) == ["y", "z"])
    scene.detector.forget(container: "c")
    #expect(try ask(scene, scopes, at: 2) == ["z"])
    scene.detector.forget(cgroup: "g")
    #expect(try ask(scene, scopes, at: 3) == [])
  }

  @Test func `the variables of a process go when it has ended, and not before those that descend from it`() {
    let definition = VariableDefinition(
      name: "x", scope: .process, type: .int, defaultValue: .int(0), size: 1, ttl: 0, isPrivate: false,
      isInherited: true)
    let store = VariableStore([definition])
    func values() -> [Value?] {
      store.removeEnded()
      return [1, 2, 3].map { store.value(of: definition.variable, scopes: Scopes(images: [$0]), now: 0) }
    }
    var parent: ProcessImage? = ProcessImage(serial: 1, pid: 10, ppid: 0)
    var child: ProcessImage? = ProcessImage(serial: 2, pid: 11, ppid: 10)
    let other = ProcessImage(serial: 3, pid: 12, ppid: 0)
    child?.ancestor = parent
    for image in [parent, child, other].compactMap(\.self) {
      #expect(store.set(0, to: .int(7), scopes: LiveScopes(image), now: 0))
    }
    parent = nil
    #expect(values() == [.int(7), .int(7), .int(7)])
    child = nil
    #expect(values() == [.int(0), .int(0), .int(7)])
    withExtendedLifetime(other) {}
  }

  @Test func `the variables of a container go when the last of its processes has ended`() {
    let definition = VariableDefinition(
      name: "x", scope: .container, type: .int, defaultValue: .int(0), size: 1, ttl: 0, isPrivate: false,
      isInherited: false)
    let store = VariableStore([definition])
    func value() -> Value? {
      store.removeEnded()
      return store.value(of: definition.variable, scopes: Scopes(containerID: "c"), now: 0)
    }
    var processes = [1, 2].map { ProcessImage(serial: $0, pid: 1, ppid: 0) }
    do {
      let container = Container(id: "c")
      for process in processes { process.container = container }
    }
    #expect(store.set(0, to: .int(7), scopes: LiveScopes(processes[0]), now: 0))
    processes.removeFirst()
    #expect(value() == .int(7))
    processes.removeFirst()
    #expect(value() == .int(0))
  }

  @Test func `owners beyond the bound are dropped, longest ago first, and counted`() {
    let definition = VariableDefinition(
      name: "x", scope: .process, type: .int, defaultValue: .int(0), size: 1, ttl: 0, isPrivate: false,
      isInherited: false)
    let store = VariableStore([definition], mostOwners: 2)
    for image in [1, 2, 1, 3] as [UInt64] {
      #expect(store.set(0, to: .int(1), scopes: Scopes(images: [image]), now: 0))
    }
    let values = [1, 2, 3].map { store.value(of: definition.variable, scopes: Scopes(images: [$0]), now: 0) }
    #expect(values == [.int(1), .int(0), .int(1)])
    #expect(store.evictions == 1)
  }

  @Test func `of two hundred thousand owners the last ones are kept`() {
    let definition = VariableDefinition(
      name: "x", scope: .process, type: .int, defaultValue: .int(0), size: 1, ttl: 0, isPrivate: false,
      isInherited: false)
    let store = VariableStore([definition])
    for image in 1...200_000 as ClosedRange<UInt64> {
      _ = store.set(0, to: .int(1), scopes: Scopes(images: [image]), now: 0)
    }
    #expect(store.evictions == 200_000 - UInt64(VariableStore.mostOwners))
    let values = [1, 200_000].map { store.value(of: definition.variable, scopes: Scopes(images: [$0]), now: 0) }
    #expect(values == [.int(0), .int(1)])
  }

  @Test func `what has expired is removed`() {
    let definition = VariableDefinition(
      name: "x", scope: .process, type: .strings, defaultValue: .strings([]), size: 9, ttl: 5, isPrivate: false,
      isInherited: false)
    let store = VariableStore([definition], mostOwners: 1)
    #expect(store.set(0, to: .string([1]), scopes: Scopes(images: [1]), now: 0))
    store.removeExpired(now: 5)
    #expect(store.set(0, to: .string([1]), scopes: Scopes(images: [2]), now: 6))
    #expect(store.evictions == 0)
  }

  // MARK: In events

  @Test func `events show the variables of their scopes, without private ones and empty lists`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: a
          expression: exec.pid == 1
          actions:
            - set: {name: n, expression: "${n} + 1", default_value: 0}
            - set: {name: p, field: process.comm, scope: process}
            - set: {name: l, field: process.comm, scope: process, append: true}
            - set: {name: secret, value: 1, scope: process, private: true}
            - set: {name: c, value: true, scope: container}
            - set: {name: g, value: [1, 2], scope: cgroup}
            - set: {name: never, value: [1], scope: process, default_value: [1]}
        - {id: b, expression: exec.pid == 2}
      """)
    let scopes = Scopes(images: [1], containerID: "c", cgroupID: "g")
    let first = try #require(
      try scene.show("exec", ["exec.pid": .integer(1), "process.comm": "sh"], scopes: scopes).first)
    #expect(first.variables[.global] == [ShownVariable(name: "n", value: .int(1))])
    #expect(first.variables[.process]?.map(\.name) == ["p", "l", "never"])
    #expect(first.variables[.process]?[1].value == .strings([Array("sh".utf8)]))
    #expect(first.variables[.container] == [ShownVariable(name: "c", value: .bool(true))])
    #expect(first.variables[.cgroup] == [ShownVariable(name: "g", value: .ints([1, 2]))])
    let other = try #require(try scene.show("exec", ["exec.pid": .integer(2)], scopes: Scopes(images: [2])).first)
    #expect(other.variables[.global] == [ShownVariable(name: "n", value: .int(1))])
    #expect(other.variables[.process]?.first == ShownVariable(name: "p", value: .string([])))
    #expect(other.variables[.container] == nil && other.variables[.cgroup] == nil)
  }

  @Test func `several actions may define one variable, and the last options hold`() {
    let scene = PolicyScene(
      """
      rules:
        - {id: a, expression: exec.pid == 1, actions: [{set: {name: x, value: [a], size: 3, ttl: 1s}}]}
        - {id: b, expression: exec.pid == 1, actions: [{set: {name: x, field: exec.comm, append: true, size: 7}}]}
      """)
    #expect(scene.errors == [])
    #expect(scene.ruleSet.variables.map(\.size) == [7])
    #expect(scene.ruleSet.variables.map(\.ttl) == [0])
  }

  @Test func `a set action sees a rule's tags and a fresh id`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: a
          expression: exec.pid == 1 && "tag" in event.rule.tags
          product_tags: [tag]
          actions: [{set: {name: u, expression: "\\"${builtins.uuid4}\\"", default_value: ""}}]
        - {id: b, expression: 'exec.pid == 1 && "tag" not in event.rule.tags && ${u.length} == 36'}
      """)
    #expect(scene.errors == [])
    #expect(try scene.matches("exec", ["exec.pid": .integer(1)]) == ["a", "b"])
  }
}
