import Foundation
import Support
import Testing

@Suite(.kernel)
struct LineageTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    file = try place.file("file")
  }

  private let all: Pattern = ["PATH=/usr/bin:/bin", "HOME"]

  @Test func `a lineage lists images, from the nearest to the first process`() throws {
    let trace = try Trace(["fork-exec", "open", file, "0", "0"], isAlone: true)
    let child = try trace.value("child")
    let actor = try Pattern.file(Program.actor)
    let process = try trace.only("open", path: file)["process"]
    let lineage = process["ancestors"].array
    try #require(lineage.count > 4)

    expect(
      process, .process(pid: child, ppid: try trace.pid, executable: actor, argv: ["actor", "open", file, "0", "0"]))
    // The fork, which shares its creator's arguments: they are told once, by the creator.
    let fork = Pattern.process(pid: child, ppid: try trace.pid, executable: actor, argv: [])
      .with(["is_thread": true, "exit_time": .time, "envs": .absent, "parent": .absent, "ancestors": .absent])
    expect(lineage[0], fork)
    #expect(lineage[0]["exit_time"] == process["exec_time"])
    let command = try Pattern.actor(trace, ["fork-exec", "open", file, "0", "0"])
      .with(["parent": .absent, "ancestors": .absent])
    expect(lineage[1], command)
    #expect(lineage[1]["exec_time"] == lineage[0]["exec_time"])
    // What was there before the probes, as /proc tells of it: the command before its exec, then martlet itself.
    expect(lineage[2]["source"], "procfs_snapshot")
    expect(lineage[2]["is_thread"], true)
    expect(lineage[2]["pid"], Pattern(try trace.pid))
    expect(lineage[3]["pid"], Pattern(trace.agent))
    expect(lineage[3]["comm"], "martlet")
    expect(lineage[3]["executable"]["path"], Pattern(Program.martlet))
    expect(lineage[3]["executable"]["mount_source"], "snapshot")
    expect(lineage[4]["pid"], Pattern(ProcessInfo.processInfo.processIdentifier))
    // Each is the creator of the one before, up to the first.
    for (near, far) in zip(lineage.dropFirst(3), lineage.dropFirst(4)) { #expect(near["ppid"] == far["pid"]) }
    expect(lineage.last?["pid"] ?? .null, 1)
    #expect(process["truncated_ancestors"].isAbsent)
  }

  @Test func `an ancestor tells all that its image was`() throws {
    let script = try place.file("script", "#!/bin/sh\n/usr/bin/true\n:\n", mode: 0o755)
    let long = String(repeating: "x", count: 5000)
    let trace = try Trace(
      ["on-terminal", "as-nobody", script, long], environment: Program.environment + ["LD_LIBRARY_PATH=/\(long)"])
    let ancestors = try trace.only("exec", path: "/usr/bin/true")["process"]["ancestors"].array
    let image = try #require(ancestors.first { $0["executable"]["path"].string == script && $0["is_thread"].isAbsent })
    expect(image["interpreter"]["path"], .matching("/(da|ba)?sh$"))
    expect(image["tty"], Pattern("pts\(try trace.value("terminal"))"))
    expect(image["uid"], 65534)
    expect(image["gid"], 65534)
    #expect(image["args_truncated"] == .bool(true) && image["envs_truncated"] == .bool(true))
  }

  @Test func `a fork repeats its creator's arguments, and so does the creator`() throws {
    let trace = try Trace(["fork", file])
    let process = try trace.only("open", path: file)["process"]
    let words = [Program.actor, "fork", file]
    expect(
      process,
      Pattern.process(
        pid: try trace.value("child"), ppid: try trace.pid, executable: try .file(Program.actor), argv: words
      ).with(["is_thread": true]))
    expect(process["ancestors"][0]["argv0"], Pattern(Program.actor))
    expect(process["ancestors"][0]["args"], ["fork", Pattern(file)])
  }

  @Test func `of forks within forks only the first image tells the arguments`() throws {
    let trace = try Trace(["fork-deep", "3", file])
    let process = try trace.only("open", path: file)["process"]
    expect(process["args"], ["fork-deep", "3", Pattern(file)])
    for index in 0...1 {
      for name in ["argv0", "args", "envs"] { #expect(process["ancestors"][index][name].isAbsent) }
    }
    expect(process["ancestors"][2]["args"], ["fork-deep", "3", Pattern(file)])
    expect(process["ancestors"][2]["envs"], all)
    #expect(
      process["ancestors"].array.prefix(3).map(\.["pid"])
        == (trace.values("child").dropLast().reversed() + [try trace.pid]).map { JSON($0) })
  }

  @Test(arguments: [150, 230])
  func `of more than two hundred ancestors the middle is left out`(execs: Int) throws {
    let trace = try Trace(["exec-chain", "\(execs)"], options: ["--events", "exit"])
    let process = try trace.only("exit")["process"]
    let lineage = process["ancestors"].array
    expect(process["args"], ["exec-chain", "0"])
    expect(lineage[0]["args"], ["exec-chain", "1"])
    expect(lineage.last?["pid"] ?? .null, 1)
    if execs > 200 {
      #expect(lineage.count == 200)
      expect(lineage[99]["args"], ["exec-chain", "100"])
      #expect(process["truncated_ancestors"] == .bool(true))
    } else {
      expect(lineage[execs - 1]["args"], ["exec-chain", Pattern("\(execs)")])
      #expect(process["truncated_ancestors"].isAbsent)
    }
  }

  @Test func `an orphan keeps its creator`() throws {
    let trace = try Trace(["orphan", file], status: 6)
    let child = try trace.value("child")
    let grandchild = try trace.value("grandchild")
    let process = try trace.only("open", path: file)["process"]
    expect(process["pid"], Pattern(grandchild))
    expect(process["ppid"], Pattern(child))
    let lineage = process["ancestors"].array
    #expect(lineage.prefix(2).map(\.["pid"]) == [JSON(child), JSON(try trace.pid)])
    #expect(lineage.prefix(2).allSatisfy { !$0["exit_time"].isAbsent }, "both had ended")
    #expect(trace.events("exit").map(\.["process"]["pid"]) == [try trace.pid, child, grandchild].map { JSON($0) })
  }
}
