import Testing

@testable import MartletRules

struct DetectorTests {
  @Test func `set actions run in order and later rules see them`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: r1
          expression: open.file.path == "/a"
          every: 1ns
          actions:
            - set: {name: x, value: 1}
            - set: {name: y, expression: "${x} + ${x} + 1", default_value: 0}
            - set: {name: l, append: true, field: open.file.path, ttl: 10s}
        - id: r2
          expression: open.file.path != "" && ${x} == 1 && ${y} == 3 && "/a" in ${l}
          every: 1ns
        - id: r3
          expression: open.file.path != "" && ${x} == 0 && ${y} == 0 && "/a" not in ${l}
          every: 1ns
        - id: r4
          expression: open.file.path != "" && ${x} == 1 && ${y} == 3 && ${l.length} == 0
      """)
    #expect(scene.errors == [])
    #expect(try scene.matches("open", ["open.file.path": "/b"]) == ["r3"])
    #expect(try scene.matches("open", ["open.file.path": "/a"], at: 1) == ["r1", "r2"])
    #expect(try scene.matches("open", ["open.file.path": "/b"], at: 2) == ["r2"])
    #expect(try scene.matches("open", ["open.file.path": "/b"], at: 11 * second) == ["r4"])
  }

  @Test(arguments: [
    (
      [
        ("a", "z: 1"), ("b", "execution_context: 'True'"), ("c", "execution_context: true"),
        ("d", "execution_context: no"),
      ],
      ["b", "c", "a", "d"]
    ),
    ([("a", ""), ("b", "")], ["a", "b"]),
  ])
  func `rules of the execution context come first`(rules: [(String, String)], order: [String]) throws {
    let scene = PolicyScene(
      "rules:\n" + rules.map { " - {id: \($0), expression: exec.pid == 1, tags: {\($1)}}\n" }.joined())
    #expect(try scene.matches("exec", ["exec.pid": .integer(1)]) == order)
  }

  @Test func `then those of the default policy, then by priority`() throws {
    let scene = PolicyScene([
      ("a.policy", "rules: [{id: low, expression: exec.pid == 1}, {id: high, expression: exec.pid == 1, priority: 9}]"),
      (
        "default.policy",
        "rules: [{id: less, expression: exec.pid == 1, priority: -1}, {id: standard, expression: exec.pid == 1}]"
      ),
      ("b.policy", "rules: [{id: context, expression: exec.pid == 1, tags: {execution_context: TRUE}}]"),
    ])
    #expect(try scene.matches("exec", ["exec.pid": .integer(1)]) == ["context", "standard", "less", "high", "low"])
  }

  @Test func `a condition decides for its action alone, and sees what earlier ones set`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: a
          expression: exec.pid == 1
          actions:
            - {filter: 'process.comm == "no"', set: {name: x, value: 1}}
            - {filter: '${x} == 0', set: {name: y, value: 2}}
            - {filter: '${y} == 2', kill: {signal: SIGKILL}}
            - {filter: '${y} == 3', log: {level: info}}
            - {hash: {}}
      """)
    #expect(scene.errors == [])
    let detections = try scene.show("exec", ["exec.pid": .integer(1)])
    #expect(detections.first?.actions.map(\.name) == ["kill", "hash"])
  }

  @Test func `a rule about writing to files is asked about each way, and matches once`() throws {
    let scene = PolicyScene("rules: [{id: a, expression: 'fim.write.file.path == \"/a\"', every: 1ns}]")
    #expect(scene.errors == [])
    #expect(try scene.matches("open", ["open.file.path": "/a", "open.flags": .integer(1)], at: 1) == ["a"])
    #expect(try scene.matches("open", ["open.file.path": "/a"], at: 2) == [])
    #expect(try scene.matches("unlink", ["unlink.file.path": "/a"], at: 3) == ["a"])
    #expect(
      try scene.matches("rename", ["rename.file.path": "/a", "rename.file.destination.path": "/a"], at: 4) == ["a"])
  }

  @Test func `events of a type without rules cost nothing and match nothing`() throws {
    #expect(try PolicyScene("rules: [{id: a, expression: exec.pid == 0}]").matches("open", [:]) == [])
  }
}
