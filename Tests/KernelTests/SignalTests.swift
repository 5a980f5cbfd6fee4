import Foundation
import Glibc
import Support
import Testing

@Suite(.kernel)
struct SignalTests {
  /// The signal object of an event, whose target is this process.
  private func aimed(_ type: String, at target: Pattern, pid: Int64) -> Pattern {
    ["type": Pattern(type), "pid": Pattern(pid), "target": target]
  }

  @Test(arguments: [("10", "SIGUSR1"), ("15", "SIGTERM"), ("0", ""), ("40", "")])
  func `a signal to oneself has its sender for a target`(number: String, type: String) throws {
    let words = ["kill-self", number]
    let trace = try Trace(words)
    let actor = try Pattern.actor(trace, words)
    expect(
      try trace.only("signal"),
      .event(
        "signal", "Process Activity", process: actor, ["signal": aimed(type, at: actor, pid: try trace.pid)]))
  }

  @Test func `a signal to a child has the child for a target, with its own lineage`() throws {
    let words = ["kill-child", "9"]
    let trace = try Trace(words)
    let child = try trace.value("child")
    let target = Pattern.process(
      pid: child, ppid: try trace.pid, executable: try .file(Program.actor), argv: [Program.actor] + words
    ).with(["is_thread": true])
    let event = try trace.only("signal")
    expect(
      event,
      .event(
        "signal", "Process Activity", process: try .actor(trace, words),
        ["signal": aimed("SIGKILL", at: target, pid: child)]))
    expect(event["signal"]["target"]["parent"]["pid"], Pattern(try trace.pid))
    let exit = try trace.only("exit", pid: child)
    expect(exit["exit"], ["cause": "SIGNALED", "code": 9])
  }

  @Test func `a target that is not watched is looked up`() throws {
    let other = try Program([Program.actor, "linger", "1000"])
    defer { kill(other.pid, SIGKILL) }
    try Program.wait { !other.output.isEmpty }
    let trace = try Trace(["kill-other", "\(other.pid)", "0"])
    #expect(try trace.value("error") == 0)
    let target = try trace.only("signal")["signal"]["target"]
    expect(target["pid"], Pattern(other.pid))
    expect(target["comm"], "actor")
    expect(target["args"], ["linger", "1000"])
    expect(target["executable"]["path"], Pattern(Program.actor))
    expect(target["source"], "procfs_fallback")
    expect(target["parent"]["pid"], Pattern(ProcessInfo.processInfo.processIdentifier))
    #expect(
      trace.events.allSatisfy { $0["process"]["pid"].integer != Int64(other.pid) }, "only what descends is watched")
  }

  @Test func `a target that is a thread of the kernel says so, and so does what it descends from`() throws {
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int64($0) }.filter { pid in
      let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
      return status.contains("\nPPid:\t2\n")
    }
    let thread = try #require(threads.min())
    let target = try Trace(["kill-other", "\(thread)", "0"]).only("signal")["signal"]["target"]
    expect(target["pid"], Pattern(thread))
    #expect(target["is_kworker"] == .bool(true))
    expect(target["parent"]["pid"], 2)
    #expect(target["parent"]["is_kworker"] == .bool(true))
  }

  @Test func `a signal that was not allowed is refused`() throws {
    let other = try Program([Program.actor, "linger", "1000"])
    defer { kill(other.pid, SIGKILL) }
    try Program.wait { !other.output.isEmpty }
    let trace = try Trace(["kill-as-nobody", "\(other.pid)", "15"])
    #expect(try trace.value("error") == Int64(EPERM))
    let event = try trace.only("signal")
    expect(event["evt"], ["name": "signal", "category": "Process Activity", "outcome": "Refused"])
    expect(event["signal"]["type"], "SIGTERM")
    expect(event["signal"]["pid"], Pattern(other.pid))
    expect(event["usr"], ["id": "nobody", "group": "root"])
  }

  @Test func `a signal by a descriptor has the process for a target`() throws {
    let place = try Workplace()
    let trace = try Trace(["steal-descriptor", try place.file("file")])
    let child = try trace.value("child")
    let signal = try trace.only("signal", pid: try trace.pid)["signal"]
    expect(signal["type"], "SIGKILL")
    expect(signal["pid"], Pattern(child))
    expect(signal["target"]["ppid"], Pattern(try trace.pid))
  }

  @Test func `a signal with a value is one, too`() throws {
    let other = try Program([Program.actor, "linger", "1000"])
    defer { kill(other.pid, SIGKILL) }
    try Program.wait { !other.output.isEmpty }
    let trace = try Trace(["call", "129", "n:\(other.pid)", "n:17", "l:17,0,-1,0"])
    #expect(trace.values("error") == [0])
    let signal = try trace.only("signal")["signal"]
    expect(signal["type"], "SIGCHLD")
    expect(signal["pid"], Pattern(other.pid))
  }

  @Test(arguments: [
    ["call", "234", "PID", "PID", "n:17"], ["call", "200", "PID", "n:17"],
    ["call", "297", "PID", "PID", "n:17", "l:17,0,-1,0"], ["call-compat", "270", "PID", "PID", "n:17"],
  ])
  func `a signal to a thread of another process has that process for a target`(words: [String]) throws {
    let other = try Program([Program.actor, "linger", "1000"])
    defer { kill(other.pid, SIGKILL) }
    try Program.wait { !other.output.isEmpty }
    let words = words.map { $0 == "PID" ? "n:\(other.pid)" : $0 }
    let trace = try Trace(words)
    #expect(trace.values("error") == [0])
    let signal = try trace.only("signal")["signal"]
    expect(signal["type"], "SIGCHLD")
    expect(signal["pid"], Pattern(other.pid))
    expect(signal["target"]["args"], ["linger", "1000"])
  }

  @Test func `a signal to a group is told with the group's number, negative, and no target`() throws {
    let trace = try Trace(["kill-group"])
    let signals = trace.events("signal", pid: try trace.value("child")).map(\.["signal"])
    // Kernels before 6.9 know no descriptor of a group.
    try #require(signals.count == 3 || signals.count == 2)
    for signal in signals {
      expect(signal, ["type": "SIGUSR1", "pid": Pattern(-(try trace.value("child")))])
    }
  }

  @Test func `a signal to all is told as -1`() throws {
    expect(try Trace(["kill-all"]).only("signal")["signal"], ["type": "", "pid": -1])
  }

  @Test func `nobody, unknown signals and threads of one's own are not told`() throws {
    #expect(try Trace(["kill-unreported"]).events("signal").isEmpty)
  }

  @Test(.since(6, 14, "a probe finds a process by its number in a namespace"))
  func `a target in another pid namespace has its number in the first`() throws {
    let place = try Workplace()
    let file = try place.file("file")
    let trace = try Trace(["kill-namespaced", file])
    let initial = try trace.value("init")
    #expect(try trace.value("inside") == 2)
    expect(try trace.only("open", path: file)["process"]["pid"], Pattern(initial))
    let event = try trace.only("signal")
    expect(event["process"]["pid"], Pattern(initial))
    let forked = trace.events("fork").map(\.["process"]["pid"])
    try #require(forked.count == 2)
    #expect(forked[0] == JSON(initial))
    #expect(event["signal"]["pid"] == forked[1])
    #expect(event["signal"]["target"]["pid"] == forked[1])
    #expect(event["signal"]["target"]["ppid"] == JSON(initial))
  }
}
