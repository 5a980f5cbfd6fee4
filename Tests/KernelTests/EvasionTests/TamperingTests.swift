import Foundation
import Glibc
import Support
import Testing

/// What is done to the agent itself: it is told, and what can be put right is. Each test acts against an agent of its own.
@Suite(.kernel)
struct TamperingTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    file = try place.file("file")
  }

  private var open: [String] { ["open", file, "0", "0"] }

  /// What the actor does to the agent that traces it, which is its parent. Of events the few that are looked for: where
  /// functions are hooked, and slowly, all of them take a minute to begin, and who goes through all maps makes many.
  private func acted(_ words: [String], beside type: String? = nil) throws -> Trace {
    try Trace(
      program: [Program.actor] + words, options: ["--events", "fork,exec,exit,open" + (type.map { "," + $0 } ?? "")],
      environment: Program.environment + ["TOLD=\(place["events"])"], events: place["events"])
  }

  /// What the actor does to an agent in whose cgroup it is.
  @discardableResult
  private func act(against agent: Agent, _ words: [String]) throws -> Outcome {
    let environment = ["AGENT=\(agent.program.pid)", "TOLD=\(agent.place["events.jsonl"])"]
    return try agent.watches(["/usr/bin/env"] + environment + [Program.actor] + words)
  }

  /// What the agent told of itself, but stalls.
  private func disturbances(_ events: [JSON]) -> [JSON] {
    events.filter { $0["evt"]["name"].string == "agent_disturbed" && !$0.isStall }
  }

  /// The same, each as `kind subject: state`.
  private func told(_ events: [JSON]) -> [String] { once(disturbances(events).map(described)) }

  /// What takes its time, or is done to several maps of a name, may be told several times in a row: here it is once.
  private func once(_ texts: [String]) -> [String] { texts.reduce(into: []) { if $0.last != $1 { $0.append($1) } } }

  private func described(_ event: JSON) -> String {
    let variables = event["evt"]["variables"]
    let subject = variables["disturbance.subject"].string.map { " " + $0 } ?? ""
    return "\(variables["disturbance.kind"])\(subject): \(variables["disturbance.state"])".replacing("\"", with: "")
  }

  @Test func `an agent that nobody disturbs says nothing of itself`() throws {
    #expect(told(try acted(open).events).isEmpty)
  }

  @Test func `a disturbance is a whole event`() throws {
    let trace = try acted(["tamper-limit", "20"] + open)
    expect(
      try #require(disturbances(trace.events).first),
      [
        "agent": [
          "rule_id": "agent_disturbed", "version": .anything, "os": "linux", "arch": .anything, "origin": "ebpf",
        ],
        "title": "Agent disturbed", "date": .time,
        "evt": [
          "name": "agent_disturbed",
          "variables": [
            "disturbance.kind": "limit_changed", "disturbance.state": "mended", "disturbance.subject": "nofile",
            "disturbance.detail": "20", "health": "green",
          ],
        ],
      ])
  }

  // MARK: Maps, links, programs

  @Test func `processes that are taken out of the scope are put in again`() throws {
    let trace = try acted(["tamper-keys", "scope"] + open)
    #expect(try trace.value("deleted") == 1)
    #expect(told(trace.events) == ["scope_cut: mended"])
    #expect(trace.events("open", path: file).count == 1)
    #expect(trace.events("exit").count == 1)
  }

  @Test func `programs that are taken from where probes jump to are put back`() throws {
    let trace = try acted(["tamper-keys", "exit_programs"] + open)
    #expect(try trace.value("deleted") >= 5, "the ways to open a file")
    #expect(told(trace.events) == ["programs_displaced exit_programs: mended"])
    #expect(trace.events("open", path: file).count == 1)
  }

  @Test func `who takes himself out of what is watched is in it again`() throws {
    let agent = try Agent(["--events", "exec", "--no-own-rules"])
    let outcome = try act(against: agent, ["tamper-exempt", "1", "exec", "/usr/bin/true"])
    #expect(outcome.text.contains("state=0\nexempt=0\n"))
    #expect(try agent.stop() == 0)
    let events = try agent.events()
    #expect(told(events) == ["scope_cut exempt: mended"])
    #expect(events.contains { $0["file"]["path"].string == "/usr/bin/true" })
  }

  @Test func `who becomes another program is watched again at once`() throws {
    let agent = try Agent(["--events", "exec", "--no-own-rules"])
    let outcome = try act(against: agent, ["tamper-exempt", "0", "exec", "/usr/bin/true"])
    #expect(outcome.text.contains("state=0\nexempt=0\n"))
    #expect(try agent.stop() == 0)
    #expect(try agent.events().contains { $0["file"]["path"].string == "/usr/bin/true" })
  }

  @Test(arguments: ["ledger", "scratches", "parked"])
  func `what only the probes write to cannot be written from outside`(map: String) throws {
    let trace = try acted(["tamper-write", map], beside: "bpf")
    #expect(try trace.value("errno") == Int64(EPERM))
    let write = try #require(trace.events("bpf").last)
    expect(write["evt"]["outcome"], "Refused")
    expect(write["bpf"]["cmd"], "BPF_MAP_UPDATE_ELEM")
    expect(write["bpf"]["map"]["name"], Pattern(String("martlet_\(map)".prefix(15))))
  }

  @Test func `a probe that is detached is attached again`() throws {
    let trace = try acted(["tamper-close", "link", "sched_process_exec", "exec", "/usr/bin/true"])
    #expect(try trace.value("closed") == 0)
    #expect(told(trace.events) == ["probe_detached sched_process_exec: mended"])
    #expect(trace.events("exec", path: "/usr/bin/true").count == 1)
  }

  @Test func `what tells the probes what to look at is written again`() throws {
    let trace = try acted(["tamper-write", ".data.watch"] + open)
    #expect(try trace.value("errno") == 0)
    #expect(told(trace.events) == ["map_written .data.watch: mended"])
    #expect(trace.events("open", path: file).count == 1)
  }

  @Test func `while the probes do not know the kernel's table of names they search the lists of directories`() throws {
    let trace = try acted(
      ["tamper-stop", "0", "tamper-zero", ".data.names", "call", "90", "s:\(file)", "n:0600"], beside: "chmod")
    #expect(try trace.value("errno") == 0)
    #expect(told(trace.events) == ["map_written .data.names: mended"])
    let told = try trace.only("chmod", path: file)["file"]
    #expect(told["inode"].integer != nil && told["path_resolution_error"].isAbsent)
  }

  /// The events of a shell's trace, whose options are these.
  private func traced(_ options: [String], _ script: String) throws -> [JSON] {
    let outcome = try Outcome(
      martlet: ["trace", "--format", "json", "--output", place["events"], "--events", "fork,exec,exit,open"]
        + Kernel.hooks + options + ["--", "/bin/sh", "-c", script],
      environment: Program.environment + ["TOLD=\(place["events"])"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try [UInt8](Data(contentsOf: URL(filePath: place["events"]))).lines.map { try JSON($0) }
  }

  private func told(_ events: [JSON], _ kind: String) -> [String] {
    told(events).filter { $0.hasPrefix(kind) }
  }

  @Test func `rows of cgroups that somebody deletes are told`() throws {
    // What had been counted until then was looked at once: when the limit was put back.
    let events = try traced(
      ["--no-policy"],
      "i=0; while [ $i -lt 20 ]; do /bin/true; i=$((i+1)); done; "
        + "AGENT=$PPID \(Program.actor) tamper-limit 20 tamper-keys cgroup_ledger open \(file) 0 0")
    #expect(told(events, "map_written") == ["map_written cgroup_ledger: past"])
  }

  @Test func `who has the probes forget their losses is told, and what is found after further ones is marked`() throws {
    for number in 0..<100 { for name in "ab" { try place.file("\(name)\(number)") } }
    let policy = try place.file(
      "own.policy", "rules:\n  - id: opened\n    expression: 'open.file.path == \"\(file)\"'\n")
    // While the agent is stopped, more than the ring holds: losses, twice.
    let flood = "kill -STOP $AGENT; \(Program.actor) open-much \(place.path) 20000; kill -CONT $AGENT"
    let events = try traced(
      ["--buffer", "1", "--only-matches", "--unfiltered", "--policy", policy],
      """
      export AGENT=$PPID; \(flood)
      \(Program.actor) tamper-limit 20 tamper-write .data.losses open /dev/null 0 0
      \(flood); : < \(file)
      """)
    #expect(told(events, "map_written") == ["map_written .data.losses: mended"])
    let match = try #require(events.first { $0["agent"]["rule_id"].string == "opened" })
    #expect(match["evt"]["variables"]["lost_events"].integer ?? 0 > 100)
  }

  @Test(arguments: [
    (["tamper-keys", "file_names"], "file_names"), (["tamper-write", ".data.filtering"], ".data.filtering"),
  ])
  func `what an agent without privileges let its probes leave out stays as it was`(act: [String], map: String) throws {
    let policy = try place.file(
      "own.policy", "rules:\n  - id: opened\n    expression: 'open.file.path == \"\(file)\"'\n")
    let agent = try Agent(["--no-own-rules", "--policy", policy])
    let events = try watched(by: agent, act + open)
    #expect(events.disturbances == ["map_written \(map): mended"])
    #expect(events.others.map { $0["agent"]["rule_id"].string } == ["opened"])
  }

  @Test func `an agent without privileges attaches again what was detached`() throws {
    let agent = try Agent(["--events", "exec", "--no-own-rules"])
    let events = try watched(
      by: agent, ["tamper-close", "link", "sched_process_exec", "exec", "/usr/bin/true"])
    #expect(events.disturbances == ["probe_detached sched_process_exec: mended"])
    #expect(events.others.contains { $0["file"]["path"].string == "/usr/bin/true" })
  }

  @Test(arguments: ["ledger", "cgroup_ledger", "exit_programs", "ring", "scope", ".data.losses"])
  func `an agent without privileges that was made to close a map goes on, and says so`(map: String) throws {
    let agent = try Agent(["--events", "exec", "--no-own-rules"])
    try act(against: agent, ["tamper-close", "map", map, "exit", "0"])
    try Program.wait { try agent.events().map(described).contains("descriptor_lost \(map): lasting") }
    let status = try agent.told(["status"])
    #expect(status.status == 1 && status.text.contains("descriptor_lost \(map)"), "\(status.text)\(status.errors)")
    try agent.watches(["/bin/true", "afterwards"])
    #expect(try agent.stop() == 0, "\(agent.program.errors)")
    #expect(try agent.events().contains { $0["process"]["args"][0].string == "afterwards" })
  }

  @Test(arguments: [
    ("anon_inode:[eventpoll]", ["poller", "control"]), ("anon_inode:[signalfd]", ["signals"]),
    ("anon_inode:inotify", ["policies"]), ("socket:", ["control"]),
  ])
  func `an agent that was made to close what it waits by waits again, and says so`(
    target: String, lost: [String]
  ) throws {
    let policies = try Workplace()
    func ask(_ argument: String) throws {
      let text = "rules:\n  - id: finds_\(argument)\n    expression: exec.argv == \"\(argument)\"\n"
      try Data(text.utf8).write(to: URL(filePath: policies["own.policy"]), options: .atomic)
    }
    try ask("one")
    let agent = try Agent(["--no-own-rules", "--policy", policies.path, "--set", "policies.settle=100ms"])
    try act(against: agent, ["tamper-close-all", try whole(target, of: agent), "exit", "0"])
    let expected = lost.map { "descriptor_lost \($0): mended" }
    try Program.wait { try Set(disturbances(agent.events()).map(described)).isSuperset(of: expected) }
    #expect(try told(agent.events()) == expected)
    // It hears of policies and signals, answers, and ends when it is told to.
    #expect(try agent.told(["status"]).status == 0)
    try ask("two")
    try Program.wait {
      try agent.watches(["/bin/true", "two"])
      return try agent.events().contains { $0["agent"]["rule_id"].string == "finds_two" }
    }
    let loads = agent.program.errors.ranges(of: "asking 1 rules").count
    kill(agent.program.pid, SIGHUP)
    try agent.program.says("asking 1 rules", times: loads + 1)
    #expect(try agent.stop() == 0, "\(agent.program.errors)")
  }

  /// What a descriptor of the agent leads to that begins so.
  private func whole(_ target: String, of agent: Agent) throws -> String {
    let directory = "/proc/\(agent.program.pid)/fd"
    let targets = try FileManager.default.contentsOfDirectory(atPath: directory).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)")
    }
    return try #require(targets.first { $0.hasPrefix(target) }, "\(targets)")
  }

  /// What an agent told that the actor acted against.
  private func watched(by agent: Agent, _ act: [String]) throws -> (disturbances: [String], others: [JSON]) {
    try self.act(against: agent, act)
    #expect(try agent.stop() == 0)
    let events = try agent.events()
    return (told(events), events.filter { $0["evt"]["name"].string != "agent_disturbed" })
  }

  @Test(arguments: ["scope", "exit_programs", "ring"])
  func `a map that the agent was made to close is opened again`(map: String) throws {
    let trace = try acted(["tamper-close", "map", map] + open)
    #expect(try trace.value("closed") == 0)
    #expect(told(trace.events).contains("descriptor_lost \(map): mended"))
    #expect(trace.events("open", path: file).count == 1)
  }

  @Test func `a program that uses maps of the agent is told`() throws {
    let trace = try acted(["tamper-rival", "scope"])
    let rival = try #require(disturbances(trace.events).first)["evt"]["variables"]
    expect(rival["disturbance.kind"], "rival_program")
    expect(rival["disturbance.subject"], "actor_rival")
    expect(
      rival["disturbance.detail"], .matching("^BPF_PROG_TYPE_SOCKET_FILTER, tag [0-9a-f]{16}, id [0-9]+$"))
  }

  @Test(arguments: [8, 4096, -4096, 1 << 40, .min])
  func `nobody else says how far the ring buffer was read`(bytes: Int) throws {
    let trace = try acted(["tamper-ring", "\(bytes)"] + open)
    #expect(told(trace.events).contains("ring_moved: mended"))
    #expect(trace.events("open", path: file).count == 1)
    #expect(trace.events("exit").count == 1)
  }

  // MARK: The agent as a process

  @Test func `what happens while the agent is stopped is told when it goes on, and that it was`() throws {
    let trace = try acted(["tamper-stop", "1500"] + open, beside: "signal")
    let stall = try #require(
      trace.stalls.map { $0["evt"]["variables"] }.first { !$0["disturbance.detail"].isAbsent })
    expect(stall["disturbance.detail"], Pattern("continued by pid \(try trace.pid)"))
    #expect(try #require(stall["disturbance.milliseconds"].integer) >= 1400)
    #expect(trace.events("open", path: file).count == 1)
    #expect(trace.events("signal").map { $0["signal"]["type"].string } == ["SIGSTOP", "SIGCONT"])
  }

  @Test func `what happens while the agent is frozen is told when it thaws, and that it was`() throws {
    let freezer = try #require(Freezer())
    defer { freezer.remove() }
    let trace = try acted(
      ["tamper-freeze", freezer.path] + freezer.words + [freezer.home, "1500"] + open)
    #expect(trace.stalls.contains { $0["evt"]["variables"]["disturbance.milliseconds"].integer ?? 0 >= 1400 })
    #expect(told(trace.events).isEmpty)
    #expect(trace.events("open", path: file).count == 1)
  }

  @Test func `a tracer of the agent is told, and when it is gone`() throws {
    let trace = try acted(["tamper-trace"], beside: "ptrace")
    let (begin, end) = (disturbances(trace.events).first, disturbances(trace.events).last)
    let (began, ended) = (try #require(begin)["evt"]["variables"], try #require(end)["evt"]["variables"])
    #expect(began["disturbance.pid"].integer == (try trace.pid))
    #expect(began["health"].string == "red" && ended["health"].string == "green")
    #expect(told(trace.events) == ["traced: lasting", "traced: over"])
    expect(try #require(trace.events("ptrace").first)["ptrace"]["tracee"]["comm"], "martlet")
  }

  @Test func `limits of the agent are put back`() throws {
    let trace = try acted(["tamper-limit", "16"] + open)
    #expect(try trace.value("limit") > 16)
    #expect(told(trace.events) == ["limit_changed nofile: mended"])
    #expect(trace.events("open", path: file).count == 1)
  }
}

/// A cgroup that can be frozen, of version 2 or 1.
private struct Freezer {
  let path: String
  /// The file that freezes, and what it is told for it and against it.
  let words: [String]
  /// Where this process, and so an agent that it starts, is in the hierarchy.
  let home: String

  init?() {
    let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    let kinds = [
      ("/sys/fs/cgroup", "", ["cgroup.freeze", "1", "0"]), ("/sys/fs/cgroup/unified", "", ["cgroup.freeze", "1", "0"]),
      ("/sys/fs/cgroup/freezer", "freezer", ["freezer.state", "FROZEN", "THAWED"]),
    ]
    for (root, controllers, words) in kinds {
      guard
        let line = groups.split(separator: "\n").first(where: {
          $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)[1] == controllers
        })
      else { continue }
      let path = "\(root)/martlet-test-\(UInt32.random(in: .min ... .max))"
      guard unsafe mkdir(path, 0o755) == 0 else { continue }
      guard unsafe access("\(path)/\(words[0])", W_OK) == 0 else {
        unsafe rmdir(path)
        continue
      }
      self.path = path
      self.words = words
      home = root + line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)[2]
      return
    }
    return nil
  }

  func remove() { for _ in 0..<1000 where unsafe rmdir(path) != 0 { usleep(1000) } }
}
