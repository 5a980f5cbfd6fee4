import Foundation
import Glibc
import Support
import Testing

/// The commands that talk to a running agent.
@Suite(.kernel)
struct ControlTests {
  private let policies: Workplace

  init() throws {
    policies = try Workplace()
    try policies.file(
      "own.policy",
      """
      version: 1.2.3
      macros:
        - {id: odd, expression: 'exec.argv == "odd"'}
      rules:
        - {id: odd_program, description: Something odd, expression: odd && process.uid == 0, tags: {severity: high}}
        - {id: never_matches, expression: exec.argv == "never"}
        - {id: never_asked, expression: 'unlink.file.path == "/nowhere"'}
      """)
  }

  private func agent(_ options: [String] = [], launcher: [String] = []) throws -> Agent {
    try Agent(["--no-own-rules", "--policy", policies.path] + options, launcher: launcher)
  }

  /// A command that shows events, once it is heard by the agent.
  private func viewer(_ agent: Agent, _ arguments: [String], output: String? = nil) throws -> Program {
    let before = try streams(agent)
    let program = try Program(
      [Program.martlet, "events", "-f", "--socket", agent.socket] + arguments,
      environment: Program.environment + ["TZ=UTC"], output: output)
    try Program.wait { try streams(agent) > before || program.hasEnded() }
    return program
  }

  /// What it shows of events, and ends it then, once there are so many of them or it has ended by itself.
  private func shown(by viewer: Program, _ count: Int) throws -> [JSON] {
    try Program.wait { try viewer.output.events().count >= count || viewer.hasEnded() }
    kill(viewer.pid, SIGTERM)
    try viewer.wait()
    return try viewer.output.events()
  }

  private func streams(_ agent: Agent) throws -> Int64 {
    try #require(ControlSocket(agent.socket).ask(#"{"request":"status"}"#)["result"]["streams"].integer)
  }

  @Test func `status tells what was seen, found and lost, and that all is well`() throws {
    let agent = try agent()
    try agent.watches(["/bin/true", "odd"])
    try agent.watches(["/bin/true", "even"])
    try Program.wait { try agent.events().count == 1 }
    let outcome = try agent.told(["status", "--json"])
    #expect(outcome.status == 0)
    let status = try JSON(outcome.output)
    #expect(status["health"]["ok"] == .bool(true) && status["health"]["problems"].array.isEmpty)
    #expect(status["agent"]["pid"].integer == Int64(agent.program.pid))
    let exec = status["events"].array.first { $0["type"].string == "exec" }
    // The shell that enters the cgroup, and the command.
    #expect(exec?["emitted"].integer == 1)
    #expect((exec?["seen"].integer ?? 0) >= 2 && exec?["lost"].integer == 0)
    #expect(status["rules"]["loaded"].integer == 3 && status["rules"]["matches"].integer == 1)
    let dead = status["rules"]["dead"].array.map { [$0["id"].string, $0["reason"].string] }
    #expect(dead == [["never_matches", "never matched"], ["never_asked", "never asked"]])
    let hooks = status["hooks"].array.filter { $0["probe"].string == "martlet_exec" }
    #expect(hooks.count == 1)
    let memory = status["usage"]["memory"].integer ?? 0
    #expect(memory > 1 << 20 && memory <= status["usage"]["peak_memory"].integer ?? 0)
    #expect(status["file"]["lost"].integer == 0)
    let text = try agent.told(["status"])
    #expect(text.status == 0)
    for part in ["health    fine", "3 loaded, 0 errors; 1 matches; 1 never matched, 1 never asked", "martlet_exec"] {
      #expect(text.text.contains(part), "\(part)")
    }
  }

  @Test func `the agent's numbers are in a file for those who collect them, as long as it runs`() throws {
    let agent = try agent()
    try agent.watches(["/bin/true", "odd"])
    func page() -> String { (try? String(contentsOfFile: agent.place["metrics.prom"], encoding: .utf8)) ?? "" }
    try Program.wait {
      page().contains("\nmartlet_agent_events_total{type=\"exec\",fate=\"emitted\"} 1\n")
    }
    var names: Set<Substring> = []
    for line in page().split(separator: "\n") {
      if line.hasPrefix("# TYPE ") { names.insert(line.split(separator: " ")[2]) }
      guard !line.hasPrefix("#") else { continue }
      #expect(line.contains(/^[a-z_]+(\{[a-z]+="[a-z_]+"(,[a-z]+="[a-z_]+")*\})? [0-9]+$/), "\(line)")
      #expect(names.contains(line.prefix { $0 != "{" && $0 != " " }), "\(line)")
    }
    #expect(page().contains("\nmartlet_agent_matches_total 1\n") && page().contains("\nmartlet_agent_rules 3\n"))
    #expect(!page().contains("kills"))
    #expect(try agent.stop() == 0 && page().isEmpty)
  }

  @Test func `what was seen is told by cgroup, as far as it is wanted`() throws {
    let agent = try agent()
    let nested = agent.cgroup.path + "/nested"
    unsafe mkdir(nested, 0o755)
    try agent.watches(["/bin/sh", "-c", "echo $$ > \(nested)/cgroup.procs; for i in 1 2 3; do /bin/true odd; done"])
    func rows(_ arguments: String...) throws -> [JSON] {
      try JSON(try agent.told(["status", "--json"] + arguments).output)["cgroups"].array
    }
    try Program.wait { try rows().allSatisfy { $0["missing"].integer == 0 } && rows().count >= 2 }
    let inside = try #require(try rows().first { $0["path"].string?.hasSuffix("/nested") == true })
    func count(_ name: String) -> Int64 { inside[name].integer ?? -1 }
    #expect(count("emitted") == 3 && count("lost") == 0)
    #expect(count("seen") == count("emitted") + count("filtered_in_kernel") + count("filtered"))
    #expect(try rows("--cgroups", "1").count == 1 && rows("--cgroups", "0").isEmpty)
    #expect(try agent.told(["status"]).text.contains("/nested  "))
  }

  @Test func `what a rule has the kernel let through is told, and which one lets through all`() throws {
    let place = try Workplace()
    for name in ["named", "other"] { try place.file(name) }
    try policies.file(
      "filters.policy",
      """
      rules:
        - {id: by_name, expression: 'open.file.name == "named"'}
        - {id: by_name_too, expression: 'open.file.name in ["named", "nothing"]'}
        - {id: by_process, expression: 'chmod.file.uid < 100000 && process.file.name == "nobody"'}
        - {id: by_mode, expression: 'unlink.file.name == "named"'}
      """)
    let agent = try agent()
    func filters(_ arguments: String...) throws -> Outcome { try agent.told(["status", "--filters"] + arguments) }
    // The agent counts as long as somebody is there who has asked.
    let watching = try ControlSocket(agent.socket)
    _ = try watching.ask(#"{"request":"filters"}"#)
    try agent.watches(["/bin/sh", "-c", "cat \(place["named"]) \(place["other"]); chmod 600 \(place["other"])"])
    var types: [JSON] = []
    func row(_ type: String) throws -> JSON { try #require(types.first { $0["type"].string == type }) }
    try Program.wait {
      types = try JSON(filters("--seconds", "0", "--json").output)["types"].array
      return try row("chmod")["counted"].integer == 1
    }
    withExtendedLifetime(watching) {}
    let open = try row("open")
    #expect(open["filtered"] == .bool(true) && open["filtered_in_kernel"].integer ?? 0 > 0)
    #expect(open["counted"].integer == 1)
    #expect(open["rules"].array.map { $0["passed"].integer } == [1, 1])
    #expect(open["rules"].array.map { $0["alone"].integer } == [0, 0])
    let chmod = try row("chmod")
    #expect(chmod["filtered"] == .bool(false) && chmod["whole_for"].string == "rules")
    let whole = chmod["rules"].array
    #expect(whole.map { $0["id"].string } == ["by_process"] && whole.first?["alone"].integer == 1)
    #expect(try row("exec")["whole_for"].string == "kind")
    let text = try filters("--seconds", "1").text
    #expect(text.contains("! by_process") && text.contains("the kernel leaves none out of this type"), "\(text)")
  }

  @Test func `a hook tells when it was last hit`() throws {
    let agent = try agent()
    try agent.watches(["/bin/true"])
    func last() throws -> String? {
      let status = try JSON(try agent.told(["status", "--json"]).output)
      return status["hooks"].array.first { $0["probe"].string == "martlet_exec" }?["last"].string
    }
    // It looks once a second: at the shell that entered the cgroup perhaps before the program that it became.
    var first = try last()
    try Program.wait {
      sleep(2)
      defer { first = (try? last()) ?? nil }
      return try first != nil && last() == first
    }
    try agent.watches(["/bin/true"])
    try Program.wait { try last() != first }
  }

  @Test func `status fails where something is wrong, and says what`() throws {
    let agent = try agent(["--set", "policies.watch=false"])
    try policies.file("broken.policy", "rules: [")
    let reload = try agent.told(["policy", "reload"])
    #expect(reload.status == 1 && reload.errors.contains("broken.policy"))
    let status = try agent.told(["status"])
    #expect(status.status == 1)
    #expect(status.text.contains("the last change of policies was refused"))
    #expect(try agent.told(["policy", "list"]).status == 1)
    try FileManager.default.removeItem(atPath: policies["broken.policy"])
    let again = try agent.told(["policy", "reload"])
    #expect(again.status == 0 && again.text == "3 rules are asked\n")
    #expect(try agent.told(["status"]).status == 0)
  }

  @Test func `policies are listed with what their rules found`() throws {
    let agent = try agent()
    try agent.watches(["/bin/true", "odd"])
    let list = try agent.told(["policy", "list"])
    #expect(list.status == 0)
    #expect(list.text.split(separator: "\n").count == 2)
    #expect(list.text.contains("own.policy") && list.text.contains("1.2.3"))
    let dead = try agent.told(["policy", "list", "--dead"]).text
    #expect(dead.contains("never_matches") && dead.contains("never_asked") && !dead.contains("odd_program"))
    let rules = try JSON(try agent.told(["policy", "list", "--json"]).output)["policies"][0]["rules"].array
    #expect(rules.map { $0["matches"].integer } == [1, 0, 0])
    #expect(rules[2]["types"].array.map(\.string) == ["unlink"])
  }

  @Test func `a reload through the socket has the new rules asked`() throws {
    let agent = try agent(["--set", "policies.watch=false"])
    try FileManager.default.removeItem(atPath: policies["own.policy"])
    try policies.file("new.policy", "rules: [{id: new_rule, expression: 'exec.argv == \"even\"'}]")
    #expect(try agent.told(["policy", "reload"]).text == "1 rules are asked\n")
    try agent.watches(["/bin/true", "even"])
    #expect(try agent.stop() == 0)
    #expect(try agent.events().map { $0["agent"]["rule_id"].string } == ["new_rule"])
  }

  @Test func `events are what the agent writes`() throws {
    let agent = try agent()
    let viewer = try viewer(agent, [])
    for word in ["odd", "even", "odd"] { try agent.watches(["/bin/true", word]) }
    let shown = try shown(by: viewer, 2)
    #expect(try agent.stop() == 0)
    #expect(try shown.count == 2 && shown == agent.events())
  }

  @Test func `after so many it ends`() throws {
    let agent = try agent()
    let viewer = try viewer(agent, ["--limit", "1"])
    for word in ["odd", "odd"] { try agent.watches(["/bin/true", word]) }
    #expect(try viewer.wait() == 0)
    #expect(viewer.output.lines.count == 1)
  }

  @Test func `a filter shows events that no rule matched, and the file does not get them`() throws {
    let agent = try agent()
    let viewer = try viewer(agent, ["--filter", #"exec.argv == "even""#, "--format", "compact"])
    for word in ["third", "even"] { try agent.watches(["/bin/true", word]) }
    let pattern = try Regex(#"^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} . exec +true +[0-9]+ → /.*true  /bin/true even"#)
    try Program.wait { viewer.output.lines.contains { String(decoding: $0, as: UTF8.self).contains(pattern) } }
    #expect(try agent.stop() == 0)
    #expect(try agent.events().isEmpty)
  }

  @Test func `a filter about no type of event shows all that need not be asked for`() throws {
    let agent = try agent(["--set", "events=exec,exit"])
    let viewer = try viewer(agent, ["--filter", #"process.comm == "true""#])
    try agent.watches(["/bin/true"])
    let names = try shown(by: viewer, 2).map { $0["evt"]["name"].string }
    // The linker of the program opens its cache first.
    #expect(names.starts(with: ["exec", "open"]))
  }

  @Test func `a match shows its rule below the event`() throws {
    let agent = try agent()
    let viewer = try viewer(agent, ["--format", "compact"])
    try agent.watches(["/bin/true", "odd"])
    func lines() -> [Substring] { String(decoding: viewer.output, as: UTF8.self).split(separator: "\n") }
    try Program.wait { lines().contains("             ▲ high  odd_program  Something odd") }
    let match = try #require(lines().firstIndex(of: "             ▲ high  odd_program  Something odd"))
    #expect(match > 0 && lines()[match - 1].contains("/bin/true odd"))
  }

  @Test(
    arguments: [
      (["--filter", "exec.fil.path == \"x\""], 2, "did you mean 'exec.file.path'?"),
      (["--events", "exce"], 2, "no event type is called 'exce'"),
    ] as [([String], Int32, String)])
  func `what cannot be shown is told`(arguments: [String], status: Int32, message: String) throws {
    let agent = try agent()
    let outcome = try agent.told(["events", "-f"] + arguments)
    #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func `a viewer has the kernel tell of what no rule asks about, and only as long as it is there`() throws {
    let agent = try agent()
    let place = try Workplace()
    let file = try place.file("changed")
    let viewer = try viewer(agent, ["--filter", #"chmod.file.name == "changed""#])
    try agent.watches(["/bin/chmod", "600", file])
    #expect(try shown(by: viewer, 1).map { $0["evt"]["name"].string } == ["chmod"])
    // Until the agent has heard that the viewer is gone.
    try Program.wait { try streams(agent) == 0 }
    func seen() throws -> Int64 {
      let ledger = try ControlSocket(agent.socket).ask(#"{"request":"ledger"}"#)["result"]["events"].array
      return ledger.first { $0["type"].string == "chmod" }?["seen"].integer ?? 0
    }
    let before = try seen()
    #expect(before > 0)
    try agent.watches(["/bin/chmod", "644", file])
    #expect(try seen() == before && agent.events().isEmpty)
  }

  @Test(arguments: [["status"], ["events", "-f"], ["policy", "list"], ["policy", "reload"]])
  func `without an agent it says so`(arguments: [String]) throws {
    let outcome = try Outcome(martlet: arguments + ["--socket", "/nowhere/control.sock"])
    #expect(outcome.status == 2 && outcome.errors.contains("no agent listens at '/nowhere/control.sock'"))
  }

  @Test func `who shows events ends with the agent`() throws {
    let agent = try agent()
    let viewer = try viewer(agent, [])
    #expect(try agent.stop() == 0)
    #expect(try viewer.wait() == 2)
    #expect(viewer.errors.contains("the agent has ended"))
    #expect(!FileManager.default.fileExists(atPath: agent.socket))
  }

  @Test func `an agent takes the place of one that was killed, and of no living one`() throws {
    let first = try agent()
    let options = ["--set", "control.path=\(first.socket)"]
    let second = try agent(options)
    #expect(second.program.errors.contains("another agent listens there"))
    #expect(try second.stop() == 0)
    #expect(try first.told(["status"]).status == 0)
    kill(first.program.pid, SIGKILL)
    try first.program.wait()
    let third = try agent(options)
    #expect(try first.told(["status"]).status == 0)
    #expect(try third.stop() == 0)
  }
}
