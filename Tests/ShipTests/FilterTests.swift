import MartletShip
import Support
import Testing

struct FilterTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  private func sink(_ name: String, _ more: String) -> String {
    "name: \(name)\ntype: file\npath: \(stage.workplace[name])\nbatch: {wait: 10ms}\n\(more)"
  }

  @Test func `each sink has the events that its filter wants`() throws {
    stage.write(30)
    try stage.ship(
      sink("all", ""), sink("low", "filter: process.pid <= 11"), sink("exec", "filter: exec.comm == \"sh\""),
      sink("none", "filter: open.file.path != \"/etc/passwd\""), sink("rule", "rules: [rule_1, rule_2]"))
    for name in ["all", "low", "exec", "none", "rule"] { try stage.waitUntilDone(name) }
    #expect(numbers(content(stage.workplace["all"])) == Array(1...30))
    #expect(numbers(content(stage.workplace["low"])) == Array(1...10))
    #expect(numbers(content(stage.workplace["exec"])) == Array(1...30))
    #expect(numbers(content(stage.workplace["none"])).isEmpty)
    #expect(numbers(content(stage.workplace["rule"])) == (1...30).filter { $0 % 3 != 0 })
    #expect(stage.values("low").filtered == 20)
    #expect(stage.values("none").filtered == 30)
  }

  @Test(arguments: [
    #"{"agent":{"rule_id":"lost_events"},"title":"Lost events","evt":{"name":"lost_events"}}"#,
    #"{"service":"runtime-security-agent","agent":{"rule_id":"heartbeat"},"title":"Heartbeat"}"#, "no JSON at all",
  ])
  func `what the agent says about itself goes through every filter`(text: String) throws {
    let event = ShippedEvent(sequence: 1, id: "a-1", text: Array(text.utf8))
    #expect(try EventFilter(expression: "process.pid == 1", rules: ["some_rule"]).wants(event))
  }
}
