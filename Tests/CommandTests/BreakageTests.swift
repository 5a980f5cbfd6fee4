import Foundation
import Glibc
import Support
import Testing

/// What `martlet run` promises when something breaks around it: docs/reference/breakage.md.
@Suite(.kernel)
struct BreakageTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Has programs started in the agent's cgroup, one after the other, with arguments that count from `first`.
  private func counting(_ count: Int, from first: Int = 0) -> [String] {
    ["/bin/sh", "-c", "i=\(first); while [ $i -lt \(first + count) ]; do /bin/true $i; i=$((i+1)); done"]
  }

  /// The numbers that `/bin/true` was started with, in the order of the events.
  private func counted(_ events: [JSON]) -> [Int] {
    events.filter { $0["evt"]["name"].string == "exec" }
      .compactMap { $0["process"]["args"][0].string.flatMap(Int.init) }
  }

  private func status(_ agent: Agent) throws -> JSON { try JSON(try agent.told(["status", "--json"]).output) }

  @Test func `stopped for ten seconds, it tells all that happened meanwhile, and that it was`() throws {
    let agent = try Agent(["--events", "exec", "--no-own-rules"])
    kill(agent.program.pid, SIGSTOP)
    try agent.watches(counting(200))
    sleep(10)
    kill(agent.program.pid, SIGCONT)
    try Program.wait { try counted(agent.events()).count == 200 }
    let types = try status(agent)["events"].array
    #expect(types.allSatisfy { $0["missing"].integer == 0 && $0["lost"].integer == 0 }, "\(types)")
    #expect(try agent.stop() == 0)
    #expect(try counted(agent.events()) == Array(0..<200))
    let stalls = try agent.stalls().map { $0["evt"]["variables"] }
    #expect(stalls.contains { ($0["disturbance.milliseconds"].integer ?? 0) >= 9500 })
    #expect(stalls.contains { $0["disturbance.detail"].string == "continued by pid \(getpid())" })
  }

  @Test func `killed at any instant, it leaves whole events, and the next one goes on behind them`() throws {
    let (file, outbox) = (place["events.jsonl"], place["outbox"])
    let kept = [
      "--events", "exec", "--no-own-rules", "--events-file", file, "--set", "outbox.path=\(outbox)", "--set",
      "outbox.cursors=\(place["none"])",
    ]
    let kills = 4
    for round in 0..<kills {
      let agent = try Agent(kept)
      let load = try Program(agent.cgroup.inside(counting(100_000, from: round * 100_000)))
      // Under way, on a machine of any speed.
      try Program.wait {
        let now = try status(agent)
        return now["file"]["written"].integer ?? 0 > 30 && now["outbox"]["kept"].integer ?? 0 > 30
      }
      usleep(.random(in: 0...1_000_000))
      kill(agent.program.pid, SIGKILL)
      #expect(try agent.program.wait() == 128 + SIGKILL)
      kill(load.pid, SIGKILL)
      try load.wait()
    }
    let last = try Agent(kept)
    try last.watches(counting(10, from: kills * 100_000))
    #expect(try last.stop() == 0)

    // The kernel may have cut a line at its end, which is then ended; all others are whole.
    let lines = try Data(contentsOf: URL(filePath: file)).split(separator: 0x0a)
    let events = lines.compactMap { try? JSON([UInt8]($0)[...]) }
    #expect(lines.count - events.count <= kills)
    try expectRounds(counted(events), kills)
    try expectRounds(counted(try delivered(from: outbox)), kills)
  }

  /// Each round's numbers go up from their first, and those of the last are all there.
  private func expectRounds(_ numbers: [Int], _ kills: Int) throws {
    for round in 0..<kills {
      let own = numbers.filter { $0 / 100_000 == round }
      #expect(own == Array(own.prefix(1).flatMap { $0..<$0 + own.count }), "round \(round)")
    }
    #expect(numbers.filter { $0 >= kills * 100_000 } == Array(kills * 100_000..<kills * 100_000 + 10))
    #expect(numbers.count > 100, "something was written before the kills")
  }

  /// The events that the shipper finds.
  private func delivered(from outbox: String) throws -> [JSON] {
    let shipper = try place.shipper(of: outbox)
    let end = Array("\"400009\"".utf8)
    try Program.wait { Data(shipper.output).range(of: Data(end)) != nil }
    kill(shipper.pid, SIGTERM)
    #expect(try shipper.wait() == 0)
    return try shipper.output.split(separator: 0x0a).map { try JSON($0) }
  }

  @Test func `on a full disk it goes on, says so, and writes again once there is room`() throws {
    let disk = try place.directory("disk")
    try #require(try Outcome(of: ["/bin/mount", "-t", "tmpfs", "-o", "size=2m", "none", disk]).status == 0)
    defer { _ = try? Outcome(of: ["/bin/umount", "-l", disk]) }
    let agent = try Agent([
      "--events", "exec", "--no-own-rules", "--events-file", disk + "/events.jsonl", "--set",
      "outbox.path=\(disk)/outbox", "--set", "outbox.cursors=\(place["none"])", "--set",
      "outbox.when_full=refuse-newest",
    ])
    try agent.watches(counting(5))
    try Program.wait { try status(agent)["file"]["written"].integer ?? 0 >= 5 }
    let ballast = disk + "/ballast"
    _ = try Outcome(of: ["/bin/dd", "if=/dev/zero", "of=\(ballast)", "bs=4096"])
    try agent.watches(counting(300))
    try Program.wait {
      let status = try status(agent)
      return status["file"]["lost"].integer ?? 0 > 0 && status["outbox"]["lost"].integer ?? 0 > 0
    }
    try Program.wait {
      let full = try agent.told(["status"])
      return full.status == 1 && full.text.contains("No space left on device")
    }
    #expect(try status(agent)["events"].array.allSatisfy { $0["lost"].integer == 0 }, "the ring lost nothing")

    try agent.program.says("events are lost until that works again")
    // What is still under way would fill it again.
    try Program.wait {
      let status = try status(agent)
      return status["ring"]["waiting"].integer == 0 && status["file"]["waiting"].integer == 0
    }
    unsafe unlink(ballast)
    try agent.watches(counting(5, from: 1000))
    try Program.wait { try agent.told(["status"]).status == 0 }
    let counts = try status(agent)["file"]
    #expect(try agent.stop() == 0)
    let lines = try Data(contentsOf: URL(filePath: disk + "/events.jsonl")).split(separator: 0x0a)
    let events = try lines.map { try JSON([UInt8]($0)[...]) }
    #expect(Int64(lines.count) >= counts["written"].integer ?? 0, "\(counts)")
    #expect(counted(events).filter { $0 >= 1000 } == Array(1000..<1005))
  }

  @Test func `a disk that stands still holds up neither rules nor clients, and has all once it moves`() throws {
    let disk = try FrozenDisk(in: place)
    defer { disk.remove() }
    let file = disk.path + "/events.jsonl"
    let agent = try Agent([
      "--events", "exec", "--no-own-rules", "--events-file", file, "--set", "outbox.path=\(place["outbox"])", "--set",
      "outbox.cursors=\(place["none"])",
    ])
    try agent.watches(counting(5))
    try Program.wait { try status(agent)["file"]["written"].integer ?? 0 >= 5 }
    try disk.freeze()
    let client = try Program(
      [Program.martlet, "events", "--limit", "5"],
      environment: Program.environment + ["MARTLET_CONTROL_PATH=\(agent.socket)"])
    var count = 5
    try Program.wait {
      try agent.watches(counting(1, from: count))
      count += 1
      return try client.hasEnded()
    }
    #expect(try client.wait() == 0)
    // The outbox is on another disk.
    try Program.wait { try status(agent)["outbox"]["kept"].integer ?? 0 >= count }
    let stuck = try status(agent)
    #expect(stuck["file"]["waiting"].integer ?? 0 > 0 && stuck["file"]["lost"].integer == 0, "\(stuck["file"])")
    #expect(stuck["events"].array.allSatisfy { $0["lost"].integer == 0 })
    try disk.thaw()
    try Program.wait { try status(agent)["file"]["waiting"].integer == 0 }
    #expect(try agent.stop() == 0)
    let lines = try Data(contentsOf: URL(filePath: file)).split(separator: 0x0a)
    #expect(counted(try lines.map { try JSON([UInt8]($0)[...]) }) == Array(0..<count))
  }

  @Test func `an outbox that loses events is told by health, log and end`() throws {
    let agent = try Agent([
      "--events", "exec", "--no-own-rules", "--set", "outbox.path=\(place["outbox"])", "--set",
      "outbox.cursors=\(place["none"])", "--set", "outbox.max_size=1MiB", "--set", "outbox.when_full=refuse-newest",
    ])
    let flood = "a=$(printf '%04000d' 0); i=0; while [ $i -lt 300 ]; do /bin/true $a; i=$((i+1)); done"
    try agent.watches(["/bin/sh", "-c", flood])
    let problem = "the outbox '\(place["outbox"])' loses events: "
    try Program.wait { try agent.told(["status"]).text.contains(problem) }
    #expect(try agent.told(["status"]).status == 1)
    try agent.program.says("martlet: \(problem)")
    try Program.wait { try agent.told(["status"]).status == 0 }
    let lost = try status(agent)["outbox"]["lost"].integer ?? 0
    #expect(try agent.stop() == 0)
    let told = agent.program.errors.firstMatch(of: /the outbox lost ([0-9]+) events\n/).flatMap { Int64($0.output.1) }
    // That it stood still may be one more, each time.
    let most = lost + Int64(try agent.stalls().count)
    #expect(lost > 0 && (lost...most).contains(told ?? 0), "\(lost) of \(told ?? 0)")
  }

  @Test func `a directory that is removed under the agent is made again, and told`() throws {
    let (file, outbox) = (place["log/events.jsonl"], place["outbox"])
    let agent = try Agent([
      "--events", "exec", "--no-own-rules", "--events-file", file, "--set", "outbox.path=\(outbox)", "--set",
      "outbox.cursors=\(place["none"])",
    ])
    try agent.watches(counting(5))
    try Program.wait {
      try status(agent)["outbox"]["kept"].integer ?? 0 >= 5 && status(agent)["file"]["written"].integer ?? 0 >= 5
    }
    // Not while its threads, which look once a second, can make a file anew in what is being removed.
    kill(agent.program.pid, SIGSTOP)
    for name in ["log", "outbox"] { try FileManager.default.removeItem(atPath: place[name]) }
    kill(agent.program.pid, SIGCONT)
    try Program.wait {
      FileManager.default.fileExists(atPath: file) && FileManager.default.fileExists(atPath: outbox + "/lock")
    }
    try Program.wait { try agent.told(["status"]).text.contains("the outbox '\(outbox)' loses events: removed") }
    #expect(try status(agent)["outbox"]["lost"].integer ?? 0 >= 5)
    try agent.program.says("somebody removed '\(file)'")
    try agent.watches(counting(10, from: 400_000))
    #expect(try agent.stop() == 0)
    let lines = try Data(contentsOf: URL(filePath: file)).split(separator: 0x0a)
    #expect(try counted(lines.map { try JSON([UInt8]($0)[...]) }) == Array(400_000..<400_010))
    #expect(try counted(delivered(from: outbox)) == Array(400_000..<400_010))
  }

  @Test func `a second agent with the same file of events is refused`() throws {
    let agent = try Agent(["--no-own-rules"])
    let file = agent.place["events.jsonl"]
    let second = try Outcome(martlet: [
      "run", "--cgroup", agent.cgroup.path, "--events-file", file, "--set", "control.path=",
    ])
    #expect(second.status == 2)
    #expect(second.errors == "martlet: '\(file)' is written by another process\n")
    #expect(try agent.stop() == 0)
  }

  @Test func `a pipe or a device is no file of events`() throws {
    let pipe = try NamedPipe()
    let cgroup = try TestCgroup()
    for path in [pipe.path, "/dev/null"] {
      let outcome = try Outcome(martlet: [
        "run", "--cgroup", cgroup.path, "--events-file", path, "--set", "control.path=",
      ])
      #expect(outcome.status == 2 && outcome.errors == "martlet: cannot write '\(path)': Illegal seek\n")
    }
  }

  /// A tenth of what `Benchmarks/agent/run processes` starts.
  @Test func `a hundred thousand short lives take a bounded memory, and are all accounted for`() throws {
    let agent = try Agent(["--no-own-rules"])
    try agent.watches([Program.actor, "live-briefly", "100000"], seconds: 300)
    try Program.wait { try status(agent)["ring"]["waiting"].integer == 0 }
    let end = try status(agent)
    let rows = end["events"].array
    let exits = rows.first { $0["type"].string == "exit" }
    #expect((exits?["seen"].integer ?? 0) >= 100_000)
    #expect(rows.allSatisfy { $0["lost"].integer == 0 && $0["missing"].integer == 0 }, "\(rows)")
    #expect((end["usage"]["peak_memory"].integer ?? .max) < 128 << 20)
    #expect((end["agent"]["processes"].integer ?? .max) < 100)
    #expect(try agent.stop() == 0)
  }
}

/// Standard output of `martlet run`, and who reads it or does not.
@Suite(.kernel)
struct StandardOutputTests {
  /// Events of ten kilobytes of JSON and more: more than waits for a reader. Their records are half as long.
  private static let count: Int64 = 2500
  private static let flood = [
    "/bin/sh", "-c",
    "a=$(printf '%04000d' 0); i=0; while [ $i -lt \(count) ]; do /bin/true $a; i=$((i+1)); done",
  ]

  private func agent(_ pipe: NamedPipe) throws -> Agent {
    try Agent(
      [
        "--events", "exec", "--no-own-rules", "--stdout", "json", "--set", "file.max_size=1GiB", "--set",
        "ring.size=32MiB",
      ], output: pipe.path)
  }

  @Test func `who stops reading it loses what is not read, and nobody else does`() throws {
    let pipe = try NamedPipe()
    let agent = try agent(pipe)
    try agent.watches(Self.flood)
    func status() throws -> JSON { try JSON(try agent.told(["status", "--json"]).output) }
    try Program.wait {
      let now = try status()
      return now["stdout"]["lost"].integer ?? 0 > 0 && now["file"]["written"].integer ?? 0 >= Self.count
        && !now["health"]["problems"].array.isEmpty
    }
    let full = try status()
    #expect(full["health"]["problems"].array.map(\.string) == ["standard output is not read in time"])
    #expect(full["events"].array.allSatisfy { $0["lost"].integer == 0 })
    #expect((full["usage"]["peak_memory"].integer ?? .max) < 256 << 20, "of a build for debugging")
    // Of the pipe itself, a batch may have been written in part.
    let text = try agent.told(["status"])
    #expect(text.status == 1 && text.text.contains("\nstdout    "), "\(text.text)")

    // Who reads on finds whole lines, and in their place how many are missing.
    kill(agent.program.pid, SIGTERM)
    var (told, others): (Int64, Int64) = (0, 0)
    var read: [ArraySlice<UInt8>] = []
    pipe.lines(limit: 1 << 20) { read.append($0) }
    for line in read {
      let lost = try JSON(line)["evt"]["variables"]["lost.stdout.queue_full"].integer
      if let lost { told += lost } else { others += 1 }
    }
    #expect(try agent.program.wait() == 0)
    #expect(told > 0 && told >= full["stdout"]["lost"].integer ?? .max)
    #expect(agent.program.errors.contains("martlet: \(told) events could not be written to standard output\n"))
    #expect(told + others >= Self.count)
    // Its own file has all of it.
    let lines = try Outcome(of: ["/bin/grep", "-c", "", agent.place["events.jsonl"]])
    #expect(lines.text == "\(told + others)\n", "\(told) told, \(others) read")
  }

  @Test func `at the end it waits for its reader, but not for long`() throws {
    let pipe = try NamedPipe()
    let agent = try agent(pipe)
    try agent.watches(["/bin/sh", "-c", "i=0; while [ $i -lt 200 ]; do /bin/true $i; i=$((i+1)); done"])
    let start = ContinuousClock.now
    #expect(try agent.stop() == 0)
    #expect(ContinuousClock.now - start > .seconds(4))
    #expect(agent.program.errors.contains("events could not be written to standard output"))
  }

  @Test func `a reader that is gone is told, and the agent goes on`() throws {
    let pipe = try NamedPipe()
    let agent = try agent(pipe)
    pipe.close()
    try agent.watches(["/bin/true", "unheard"])
    try Program.wait { try agent.told(["status"]).text.contains("cannot write 'standard output': Broken pipe") }
    try agent.watches(["/bin/true", "written"])
    #expect(try agent.stop() == 0)
    #expect(try agent.events().last?["process"]["args"][0].string == "written")
  }
}
