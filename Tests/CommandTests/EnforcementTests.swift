import Foundation
import Glibc
import Support
import Testing

/// Rules that end processes.
@Suite(.kernel)
struct EnforcementTests {
  private let place: Workplace
  private let victim: String

  init() throws {
    place = try Workplace()
    victim = try place.copy("/bin/sleep", as: "victim")
  }

  /// An agent with one rule, about the victim if nothing else is said, whose kills do not wait unless a test says so.
  private func agent(
    _ kill: String, _ rest: String = "", _ settings: [String] = [], expression: String? = nil
  ) throws -> Agent {
    let policy = try place.file(
      "test.policy",
      """
      version: 1.0.0
      rules:
        - id: no_victims
          expression: '\(expression ?? #"exec.file.path =~ "\#(place.path)/victim*""#)'
          \(rest)
          actions: [{kill: \(kill)}]
      """)
    let all = ["enforcement.enabled=true", "enforcement.period=0s"] + settings
    return try Agent(["--no-own-rules", "--policy", policy] + all.flatMap { ["--set", $0] })
  }

  /// Runs the victim for so long, as `user`, and returns its status.
  private func run(_ agent: Agent, _ program: String? = nil, seconds: String = "1000", user: [String] = []) throws
    -> Int32
  {
    try agent.watches(user + [program ?? victim, seconds]).status
  }

  private func action(_ event: JSON) -> JSON { event["agent"]["rule_actions"][0] }
  /// A time such that later ones are greater.
  private func time(_ value: JSON) throws -> String {
    let parts = try #require(value.string).dropLast().split(separator: ".")
    return parts[0] + "." + (parts.count > 1 ? parts[1] : "").padding(toLength: 9, withPad: "0", startingAt: 0)
  }

  @Test func `a process that a rule ends is gone, and its match tells when`() throws {
    let agent = try agent("{signal: SIGKILL}")
    let somebody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    #expect(try run(agent, user: somebody) == 128 + SIGKILL)
    try Program.wait { try agent.events().count == 1 }
    let event = try #require(try agent.events().first)
    #expect(event["agent"]["rule_id"].string == "no_victims" && event["process"]["uid"].integer == 65534)
    let action = action(event)
    let words = ["type", "signal", "scope", "status"].map { action[$0].string }
    #expect(words == ["kill", "SIGKILL", "process", "performed"])
    let times = try ["created_at", "detected_at", "killed_at", "exited_at"].map { try time(action[$0]) }
    #expect(times == times.sorted())
    #expect(action["detected_at"] == event["date"])
    #expect(action["ttr"].string?.hasSuffix("s") == true && action["disarmer_type"].isAbsent)
    #expect(try JSON(agent.told(["status", "--json"]).output)["rules"]["kills"].integer == 1)
    #expect(try agent.stop() == 0)
  }

  @Test func `a rule that may not kill loads without it`() throws {
    let agent = try agent("{signal: SIGKILL}", "", ["enforcement.enabled=false"])
    #expect(try run(agent, seconds: "0.1") == 0)
    try Program.wait { try agent.events().count == 1 }
    #expect(try agent.events()[0]["agent"]["rule_actions"].isAbsent)
    let loaded = try String(contentsOfFile: agent.place["events.jsonl"], encoding: .utf8)
    #expect(loaded.contains("action kill is left out: enforcement.enabled is off"))
  }

  @Test func `a silent rule kills in silence, and a limit holds back no kill`() throws {
    let silent = try agent("{signal: SIGKILL}", "silent: true")
    #expect(try run(silent) == 128 + SIGKILL)
    #expect(try silent.stop() == 0 && silent.events().isEmpty)
    try FileManager.default.removeItem(atPath: place["test.policy"])
    let limited = try agent("{signal: SIGKILL}", "every: 1h")
    for _ in 0..<3 { #expect(try run(limited) == 128 + SIGKILL) }
    #expect(try limited.stop() == 0 && limited.events().count == 1)
  }

  @Test func `nobody is touched who is to be spared`() throws {
    let agent = try agent("{signal: SIGKILL, scope: cgroup}", "", ["enforcement.spare=/nowhere,\(place.path)/spa*"])
    let spared = try place.copy("/bin/sleep", as: "spared")
    let other = try Program(agent.cgroup.inside([spared, "1000"]))
    try Program.wait { try String(contentsOfFile: "/proc/\(other.pid)/comm", encoding: .utf8) == "spared\n" }
    #expect(try run(agent, seconds: "0.1") == 0, "one who is spared spares all")
    #expect(try agent.stop() == 0 && !other.hasEnded())
    #expect(try agent.events().map { $0["agent"]["rule_actions"].isAbsent } == [true])
  }

  @Test func `a whole control group ends, with those who come while it does`() throws {
    let agent = try agent("{signal: SIGKILL, scope: cgroup}")
    let nested = agent.cgroup.path + "/nested"
    try check("mkdir", unsafe mkdir(nested, 0o755))
    let script = "echo $$ > \(nested)/cgroup.procs; while :; do (sleep 1000 & sleep 1000) & sleep 0.02; done"
    let others = try (0..<3).map { _ in try Program(agent.cgroup.inside(["/bin/sh", "-c", script])) }
    let processes = { try String(contentsOfFile: nested + "/cgroup.procs", encoding: .utf8).split(separator: "\n") }
    try Program.wait { try Set(processes()).isSuperset(of: others.map { "\($0.pid)" }) }
    try agent.watches(["/bin/sh", "-c", "echo $$ > \(nested)/cgroup.procs; exec \(victim) 1000"])
    for other in others { #expect(try other.wait() == 128 + SIGKILL) }
    try Program.wait { try processes().isEmpty }
    try Program.wait { try agent.events().count == 1 }
    #expect(try ["performed", "partially_performed"].contains(action(agent.events()[0])["status"].string))
    #expect(try agent.stop() == 0)
  }

  @Test func `those who came while the agent was far behind are reached, too`() throws {
    let agent = try agent("{signal: SIGKILL, scope: cgroup}", "", ["events=open", "ring.size=128MiB"])
    let nested = agent.cgroup.path + "/nested"
    try check("mkdir", unsafe mkdir(nested, 0o755))
    let processes = {
      try String(contentsOfFile: nested + "/cgroup.procs", encoding: .utf8).split(separator: "\n").count
    }
    kill(agent.program.pid, SIGSTOP)
    let script = """
      echo $$ > \(nested)/cgroup.procs; \(victim) 1000 &
      read line < \(place["late"]); sleep 1000 & sleep 1000 & wait
      """
    try check("mkfifo", unsafe mkfifo(place["late"], 0o600))
    let family = try Program(agent.cgroup.inside(["/bin/sh", "-c", script]))
    try Program.wait { try processes() == 2 }
    // Which takes it longer than a kill waits.
    for index in 0..<100 { for name in ["a", "b"] { try place.file("\(name)\(index)") } }
    try agent.watches([Program.actor, "open-much", place.path, "30000"])
    try Data("\n".utf8).write(to: URL(filePath: place["late"]))
    try Program.wait { try processes() == 4 }
    kill(agent.program.pid, SIGCONT)
    #expect(try family.wait() == 128 + SIGKILL)
    try Program.wait { try processes() == 0 }
    #expect(try agent.stop() == 0)
    let match = try #require(agent.events().first { !action($0).isAbsent })
    #expect(action(match)["status"].string == "performed" && !action(match)["exited_at"].isAbsent)
  }

  @Test func `a signal that ends nobody holds nothing back`() throws {
    let ready = place["ready"]
    let agent = try agent("{signal: SIGUSR1}", expression: #"open.file.path == "\#(ready)""#)
    let script = "trap 'echo caught; exit' USR1; : > \(ready); while :; do sleep 0.01; done"
    #expect(try agent.watches(["/bin/sh", "-c", script]).text == "caught\n")
    try Program.wait { try agent.events().count == 1 }
    let action = try action(agent.events()[0])
    #expect(action["status"].string == "performed" && action["exited_at"].isAbsent)
  }

  @Test func `a kill waits for the end of its rule's first while, and is told when it is done`() throws {
    let agent = try agent("{signal: SIGKILL}", "", ["enforcement.period=2s"])
    let began = Date.now
    #expect(try run(agent) == 128 + SIGKILL)
    #expect(Date.now.timeIntervalSince(began) > 1.5)
    #expect(try run(agent) == 128 + SIGKILL)
    try Program.wait { try agent.events().count == 2 }
    #expect(try agent.events().map { action($0)["status"].string } == ["performed", "performed"])
  }

  @Test func `a rule that meets too many executables kills none of them`() throws {
    let agent = try agent("{signal: SIGKILL}", "", ["enforcement.period=20s", "enforcement.executables=1"])
    let second = try place.copy("/bin/sleep", as: "victim2")
    let programs = try [victim, second].map { try Program(agent.cgroup.inside([$0, "1000"])) }
    sleep(22)  // longer than the rule's first while
    #expect(try agent.stop() == 0)
    #expect(try programs.allSatisfy { try !$0.hasEnded() })
    for event in try agent.events() {
      #expect(
        action(event)["status"].string == "rule_dismantled" && action(event)["disarmer_type"].string == "executable")
    }
    #expect(try agent.events().count == 2)
  }

  @Test func `an agent that ends while a kill waits tells of it`() throws {
    let agent = try agent("{signal: SIGKILL}", "", ["enforcement.period=1h"])
    let program = try Program(agent.cgroup.inside([victim, "1000"]))
    try Program.wait { try JSON(agent.told(["status", "--json"]).output)["rules"]["matches"].integer == 1 }
    #expect(try agent.events().isEmpty)
    #expect(try agent.stop() == 0 && !program.hasEnded())
    #expect(try agent.events().map { action($0)["status"].string } == ["kill_queued"])
  }

  @Test func `what a rule wants logged is in the agent's log, and not without end`() throws {
    let policy = try place.file(
      "log.policy",
      """
      version: 1.0.0
      rules:
        - {id: logs, expression: 'exec.file.name == "true"', silent: true, actions: [{log: {level: info, message: a true one}}]}
        - {id: plain, expression: 'exec.file.name == "false"', actions: [{log: {level: Warning}}, {log: {level: shout}}]}
      """)
    let agent = try Agent(["--no-own-rules", "--policy", policy])
    try agent.watches(["/bin/false"])
    try agent.watches(["/bin/sh", "-c", "i=0; while [ $i -lt 600 ]; do /bin/true; i=$((i+1)); done"])
    #expect(try agent.stop() == 0)
    let lines = agent.program.errors.split(separator: "\n")
    #expect(lines.count { $0.contains("Rule ID plain triggered") } == 1)
    let logged = lines.count { $0 == "martlet: a true one" }
    let skipped = lines.compactMap { line in
      line.hasSuffix(" more lines of rules were left out")
        ? line.split(separator: " ").dropFirst().first.flatMap { Int($0) } : nil
    }
    #expect(logged > 0 && logged + skipped.reduce(0, +) <= 600)
  }
}
