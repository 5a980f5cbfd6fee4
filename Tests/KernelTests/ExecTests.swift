import Foundation
import Support
import Testing

@Suite(.kernel)
struct ExecTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// A whole exec event.
  private func execed(
    _ path: Pattern, argument: Pattern, pid: Int64, ppid: Int64, argv: [String], _ changes: [String: Pattern] = [:]
  ) -> Pattern {
    .event(
      "exec", "Process Activity",
      process: Pattern.process(pid: pid, ppid: ppid, executable: path, argv: argv).with(changes),
      ["file": path, "syscall": ["exec": argument]])
  }

  /// The exec that the traced actor made, itself having been execed before.
  private func second(_ trace: Trace) throws -> JSON {
    let execs = trace.events("exec", pid: try trace.pid)
    try #require(execs.count == 2)
    return execs[1]
  }

  @Test func `the command's own exec is the first event`() throws {
    let trace = try Trace(["exit", "0"])
    expect(
      try #require(trace.events.first),
      execed(
        try .file(Program.actor), argument: ["path": Pattern(Program.actor)], pid: try trace.pid,
        ppid: Int64(trace.agent), argv: [Program.actor, "exit", "0"]))
  }

  @Test func `an exec by an exec is an exec child, with the path as it was given`() throws {
    let trace = try Trace(["exec", "/usr/bin/../bin/true", "one", "two"])
    expect(
      try second(trace),
      execed(
        try .file("/usr/bin/true"), argument: ["path": "/usr/bin/../bin/true"], pid: try trace.pid,
        ppid: Int64(trace.agent), argv: ["/usr/bin/../bin/true", "one", "two"], ["is_exec_child": true]))
  }

  @Test func `an exec by a fork is no exec child`() throws {
    let trace = try Trace(["fork-exec", "nothing", "x"])
    let child = try trace.value("child")
    expect(
      try trace.only("exec", pid: child),
      execed(
        try .file(Program.actor), argument: ["path": Pattern(Program.actor)], pid: child, ppid: try trace.pid,
        argv: ["actor", "nothing", "x"]))
  }

  @Test func `a path below a descriptor is told as given`() throws {
    let trace = try Trace(["exec-below", "/usr/bin", "true", "x"])
    expect(
      try second(trace),
      execed(
        try .file("/usr/bin/true"), argument: ["path": "true"], pid: try trace.pid, ppid: Int64(trace.agent),
        argv: ["true", "x"], ["is_exec_child": true]))
  }

  // MARK: Scripts

  @Test func `a script is the executable, and what was loaded is the interpreter`() throws {
    let script = try place.file("script", "#!\(Program.actor) nothing\n", mode: 0o755)
    let trace = try Trace(["exec", script, "word"])
    expect(
      try second(trace),
      execed(
        try .file(script), argument: ["path": Pattern(script)], pid: try trace.pid, ppid: Int64(trace.agent),
        argv: [Program.actor, "nothing", script, "word"],
        ["is_exec_child": true, "interpreter": try .file(Program.actor)]))
  }

  @Test func `of nested scripts the first is the executable`() throws {
    let inner = try place.file("inner", "#!\(Program.actor) nothing\n", mode: 0o755)
    let outer = try place.file("outer", "#!\(inner) option\n", mode: 0o755)
    let trace = try Trace(["exec", outer, "word"])
    expect(
      try second(trace),
      execed(
        try .file(outer), argument: ["path": Pattern(outer)], pid: try trace.pid, ppid: Int64(trace.agent),
        argv: [Program.actor, "nothing", inner, "option", outer, "word"],
        ["is_exec_child": true, "interpreter": try .file(Program.actor)]))
  }

  @Test func `a script that is execed by a descriptor is the executable`() throws {
    let script = try place.file("script", "#!\(Program.actor) nothing\n", mode: 0o755)
    let trace = try Trace(["exec-descriptor", script, "word"])
    let event = try second(trace)
    // comm(5) is the number of the descriptor where an exec has no name of its own, before 6.14.
    expect(
      event,
      execed(
        try .file(script), argument: [:], pid: try trace.pid, ppid: Int64(trace.agent), argv: [],
        [
          "is_exec_child": true, "interpreter": try .file(Program.actor), "comm": .anything,
          "argv0": Pattern(Program.actor), "args": ["nothing", .matching("^/dev/fd/[0-9]+$"), "word"],
        ]))
  }

  // MARK: Without a path

  @Test func `an executable in memory has a name and no path`() throws {
    let trace = try Trace(["exec-memory", "payload", Program.actor, "nothing"])
    let file: Pattern = [
      "name": "memfd:payload", "inode": Pattern(try trace.value("inode")), "mode": 0o100777, "filesystem": "tmpfs",
      "uid": 0, "gid": 0, "user": "root", "group": "root", "modification_time": .time, "change_time": .time,
      "hash_state": "NoHash", "mount_source": "unknown", "mount_origin": "unknown",
    ]
    expect(
      try second(trace),
      execed(
        file, argument: [:], pid: try trace.pid, ppid: Int64(trace.agent), argv: [Program.actor, "nothing"],
        ["is_exec_child": true, "comm": .anything]))
  }

  @Test func `a script in memory is the executable`() throws {
    let script = try place.file("script", "#!\(Program.actor) nothing\n")
    let trace = try Trace(["exec-memory", "payload", script, "word"])
    let event = try second(trace)
    expect(event["file"]["name"], "memfd:payload")
    expect(event["file"]["inode"], Pattern(try trace.value("inode")))
    #expect(event["file"]["path"].isAbsent && event["file"]["mount_id"].isAbsent)
    #expect(event["process"]["executable"] == event["file"])
    expect(event["process"]["interpreter"], try .file(Program.actor))
  }

  @Test func `a deleted executable keeps the path that it had`() throws {
    let copy = try place.copy("/usr/bin/true", as: "copy")
    let before = try Pattern.file(copy)
    let trace = try Trace(["exec-deleted", copy, "word"])
    let event = try second(trace)
    expect(event["file"], before.with(["change_time": .time]))
    expect(event["process"]["argv0"], Pattern(copy))
  }

  // MARK: Strings

  /// Many and long strings; the rest of the vector is `actor nothing`.
  @Test(arguments: [(1, 4096), (10, 4000), (2, 1), (1000, 50)])
  func `arguments within the limits are whole`(count: Int, length: Int) throws {
    let trace = try Trace(["exec-arguments", "\(count)", "\(length)", "abc"])
    let process = try second(trace)["process"]
    let string = String(String(repeating: "abc", count: length / 3 + 1).prefix(length))
    expect(process["args"], Pattern(["nothing"] + Array(repeating: string, count: count)))
    expect(process["argv0"], "actor")
    #expect(process["args_truncated"].isAbsent)
  }

  @Test(arguments: [4097, 10000, 65000, 131_071])
  func `a long argument is cut after 4096 bytes, and marked`(length: Int) throws {
    let trace = try Trace(["exec-arguments", "1", "\(length)", "x"])
    let process = try second(trace)["process"]
    expect(process["args"], ["nothing", Pattern(String(repeating: "x", count: 4096) + "...")])
    #expect(process["args_truncated"] == .bool(true))
  }

  @Test func `of a hundred thousand arguments the first 64 KiB are told`() throws {
    let trace = try Trace(["exec-arguments", "100000", "7", "x"])
    let process = try second(trace)["process"]
    let args = process["args"].array
    // "actor" and "nothing" take 14 bytes of the 65536, each string 8; of the last one 2 bytes are left.
    #expect(args.count == 1 + 8190 + 1)
    #expect(args.dropFirst().dropLast().allSatisfy { $0 == .string("xxxxxxx") })
    expect(args.last ?? .null, "xx...")
    #expect(process["args_truncated"] == .bool(true))
  }

  @Test func `a large environment is cut the same way`() throws {
    let trace = try Trace(["exec-environment", "3000", "60", "LD_PRELOAD="])
    let process = try second(trace)["process"]
    let envs = process["envs"].array
    #expect(envs.count == 65536 / 61 + 1)
    #expect(process["envs_truncated"] == .bool(true))
    #expect(process["args_truncated"].isAbsent)
    expect(envs[0], .matching("^LD_PRELOAD=LD_PRELOAD=.{38}$"))
    expect(envs.last ?? .null, .matching(#"^LD_PRELOAD=.*\.\.\.$"#))
  }

  @Test func `odd strings are told as they are, and what is no text is repaired`() throws {
    let trace = try Trace(["exec-odd-strings"])
    let process = try second(trace)["process"]
    expect(process["argv0"], "actor")
    expect(process["args"], ["nothing", "two\nlines", "\u{1b}[31mred", "\u{fffd}\u{fffd}bytes", "café", "\"\\"])
    expect(process["envs"], ["PATH=/nowhere:/\u{fffd}", "HOME", "no equals sign", "LD_PRELOAD=", "EMPTY"])
    #expect(process["args_truncated"].isAbsent && process["envs_truncated"].isAbsent)
  }

  @Test func `a vector without strings has no members`() throws {
    let process = try second(try Trace(["exec-no-arguments"]))["process"]
    for name in ["argv0", "args", "args_truncated", "envs", "envs_truncated"] { #expect(process[name].isAbsent) }
  }

  @Test func `secrets in arguments and values of the environment stay here`() throws {
    let trace = try Trace(
      ["exec", "/usr/bin/true", "--password=hunter2", "--user", "x"],
      environment: Program.environment + ["API_TOKEN=canary-4711", "LD_LIBRARY_PATH=/kept"])
    let process = try second(trace)["process"]
    expect(process["args"], ["--password=********", "--user", "x"])
    expect(process["envs"], ["PATH=/usr/bin:/bin", "HOME", "API_TOKEN", "LD_LIBRARY_PATH=/kept"])
    for event in trace.events {
      #expect(!event.description.contains("hunter2") && !event.description.contains("canary-4711"))
    }
  }

  // MARK: Who execs

  @Test func `an exec by a thread is the process's`() throws {
    let trace = try Trace(["exec-thread", Program.actor, "nothing"])
    #expect(try trace.value("thread") != trace.pid)
    expect(
      try second(trace),
      execed(
        try .file(Program.actor), argument: ["path": Pattern(Program.actor)], pid: try trace.pid,
        ppid: Int64(trace.agent), argv: [Program.actor, "nothing"], ["is_exec_child": true]))
    #expect(trace.events("exit").count == 1, "the threads that the exec ended are no processes")
  }

  @Test func `the very same exec again is told again`() throws {
    let trace = try Trace(["exec-again", "3"])
    let execs = trace.events("exec")
    try #require(execs.count == 4)
    #expect(
      execs.map { $0["process"]["ancestors"].array.count }.dropFirst(1).elementsEqual(
        (1...3).map { execs[0]["process"]["ancestors"].array.count + $0 }))
    #expect(Set(execs.map { $0["process"]["exec_time"] }).count == 4)
    #expect(Set(execs.map { $0["process"]["fork_time"] }).count == 1)
  }

  @Test func `a set-user-id program acts as its owner from the exec on`() throws {
    let copy = try place.copy(Program.actor, as: "copy", mode: 0o755)
    try check("chown", unsafe chown(copy, 65534, 65534))
    try check("chmod", unsafe chmod(copy, 0o6755))
    let trace = try Trace(["exec", copy, "nothing"])
    let identity = Pattern.credentials(euid: 65534, egid: 65534, effective: 0)
    let event = try second(trace)
    expect(event["process"]["credentials"], identity)
    expect(event["file"]["mode"], 0o106755)
    expect(try trace.only("exit")["process"]["credentials"], identity)
  }

  @Test func `the controlling terminal is told, by the name of its device`() throws {
    let trace = try Trace(["on-terminal", "exit", "0"])
    let execs = trace.events("exec")
    try #require(execs.count == 2)
    #expect(execs[0]["process"]["tty"].isAbsent)
    expect(execs[1]["process"]["tty"], Pattern("pts\(try trace.value("terminal"))"))
  }

  @Test func `a name that a process gives itself does not hide its image`() throws {
    let file = try place.file("file")
    let trace = try Trace(["renamed", file])
    expect(try trace.only("open", path: file)["process"]["comm"], "actor")
  }
}
