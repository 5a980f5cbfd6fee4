import Foundation
import Glibc
import Support
import Testing

/// `martlet-ship` as a program: what it says of itself, and how it ends.
struct StatusTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  private static let program = Program.products + "martlet-ship"

  private func curl(_ url: String) throws -> String {
    try Outcome(of: ["/usr/bin/curl", "--silent", "--fail", url]).text
  }

  @Test func `the dashboard asks for metrics that the reference has, and shows who is in trouble`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    func names(_ path: String) throws -> Set<Substring> {
      let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
      return Set(text.matches(of: /martlet_ship_[a-z_]+/).map { text[$0.range] })
    }
    let asked = try names("packaging/grafana/martlet-ship.json")
    #expect(try asked.isSubset(of: names("docs/reference/shipping.md")) && asked.contains("martlet_ship_in_trouble"))
  }

  @Test func `the program delivers, says how it is, reads its configuration again and ends`() throws {
    let port = try freePort()
    func text(_ name: String) -> String {
      stage.text(["name: \(name)\ntype: file\npath: \(stage.workplace[name])\nbatch: {wait: 1ms}"])
        .replacing("metrics: off", with: "metrics: 127.0.0.1:\(port)\nagent_metrics: \(stage.workplace["agent"])")
    }
    let configuration = try stage.workplace.file("ship.yaml", text("one"))
    stage.write(10)
    let program = try Program([Self.program, "--config", configuration])
    try Program.wait { numbers(content(stage.workplace["one"])) == Array(1...10) }
    let address = "http://127.0.0.1:\(port)"
    var metrics = ""
    // The position is told a moment after what was delivered.
    try Program.wait {
      metrics = try curl(address + "/metrics")
      return ["delivered_events_total{sink=\"one\",type=\"file\"} 10", "backlog_bytes{sink=\"one\",type=\"file\"} 0"]
        .allSatisfy {
          metrics.contains("martlet_ship_\($0)\n")
        }
    }
    #expect(!metrics.contains("martlet_agent_rules"))
    try stage.workplace.file("agent", "martlet_agent_rules 7\n")
    #expect(try curl(address + "/metrics") == metrics + "martlet_agent_rules 7\n")
    // Those of an agent that is gone are not told.
    _ = try Outcome(of: ["/usr/bin/touch", "-d", "2 minutes ago", stage.workplace["agent"]])
    #expect(try curl(address + "/metrics") == metrics)
    #expect(
      metrics.contains(
        "# TYPE martlet_ship_backlog_bytes gauge\nmartlet_ship_backlog_bytes{sink=\"one\",type=\"file\"} 0\n"))
    let status = try Outcome(of: [Self.program, "status", "--json", "--config", configuration])
    #expect(status.status == 0)
    let json = try JSON(status.output)
    #expect(json["running"] == .bool(true))
    #expect(json["sinks"][0]["delivered_events_total"].integer == 10)

    // A configuration that cannot be used changes nothing.
    try Data("sinks: 7".utf8).write(to: URL(filePath: configuration))
    kill(program.pid, SIGHUP)
    try program.says("going on as before")
    try Data(text("two").utf8).write(to: URL(filePath: configuration))
    kill(program.pid, SIGHUP)
    try Program.wait { numbers(content(stage.workplace["two"])) == Array(1...10) }
    try Program.wait { try curl(address + "/metrics").contains("sink=\"two\"") }

    kill(program.pid, SIGTERM)
    #expect(try program.wait() == 0)
    let stopped = try Outcome(of: [Self.program, "status", "--config", configuration])
    #expect(stopped.status == 1)
    #expect(stopped.text.hasPrefix("not running\ntwo (file): 0 delivered"))
  }

  @Test func `where its port is taken it delivers all the same, and says so`() throws {
    let taken = try HTTPServer(in: stage.workplace)
    let sink = "name: file\ntype: file\npath: \(stage.workplace["out"])\nbatch: {wait: 1ms}"
    let configuration = try stage.workplace.file(
      "ship.yaml", stage.text([sink]).replacing("metrics: off", with: "metrics: localhost:\(taken.port)"))
    stage.write(3)
    let program = try Program([Self.program, "--config", configuration])
    try Program.wait { numbers(content(stage.workplace["out"])) == [1, 2, 3] }
    let complaint = "cannot serve '127.0.0.1:\(taken.port)': Address already in use; there are no metrics\n"
    try program.says(complaint)
    kill(program.pid, SIGTERM)
    #expect(try program.wait() == 0)
  }

  @Test func `events that were refused for good are complained of, by the log and the status`() throws {
    let server = try HTTPServer(["refuse:event 2\""], in: stage.workplace)
    let sink = "name: hook\ntype: webhook\nurl: http://127.0.0.1:\(server.port)\ncompression: none\nbatch: {wait: 1ms}"
    let configuration = try stage.workplace.file(
      "ship.yaml", stage.text([sink]).replacing("metrics: off", with: "metrics: 127.0.0.1:\(try freePort())"))
    stage.write(1)
    let program = try Program([Self.program, "--config", configuration])
    func status() throws -> Outcome { try Outcome(of: [Self.program, "status", "--config", configuration]) }
    try Program.wait {
      try status().text == "running\nhook (webhook): 1 delivered, 0 filtered, 0 refused, 0 missing, 0 bytes to go\n"
    }
    #expect(try status().status == 0)
    stage.write(2)
    try Program.wait { try status().text.contains(" 1 refused, ") }
    #expect(try status().status == 1)
    let letters = stage.workplace["state/hook.dead.jsonl"]
    try program.says("martlet-ship: hook: 1 events were refused, and are in \(letters): ")
    kill(program.pid, SIGTERM)
    #expect(try program.wait() == 0)
  }

  @Test func `it needs no privilege`() throws {
    guard geteuid() == 0 else { return }
    stage.write(3)
    let sink = "name: out\ntype: stdout\nbatch: {wait: 1ms}"
    let configuration = try stage.workplace.file("ship.yaml", stage.text([sink]))
    for name in ["outbox", "state"] { try check("chmod", unsafe chmod(stage.workplace[name], 0o777)) }
    for name in try FileManager.default.contentsOfDirectory(atPath: stage.workplace["outbox"]) {
      try check("chmod", unsafe chmod(stage.workplace["outbox/\(name)"], 0o644))
    }
    let program = try Program([
      "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--bounding-set=-all",
      Self.program, "--config", configuration,
    ])
    try Program.wait { numbers(String(decoding: program.output, as: UTF8.self)) == [1, 2, 3] }
    kill(program.pid, SIGTERM)
    #expect(try program.wait() == 0)
  }
}
