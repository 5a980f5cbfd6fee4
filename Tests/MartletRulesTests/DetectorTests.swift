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
}
