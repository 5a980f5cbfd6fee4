import Glibc
import Support
import Testing

@Suite(.kernel, .since(6, 2, "a probe finds a process by its number"))
struct PtraceTests {
  @Test func `each request of a tracer tells its tracee`() throws {
    let words = ["ptrace-attach"]
    let trace = try Trace(words)
    let child = try trace.value("child")
    let tracee = Pattern.process(
      pid: child, ppid: try trace.pid, executable: try .file(Program.actor), argv: [Program.actor] + words
    ).with(["is_thread": true])
    let word = "0x" + String(try trace.value("word"), radix: 16)
    var requests = [
      ("PTRACE_ATTACH", "0x0"), ("PTRACE_PEEKDATA", word), ("PTRACE_POKEDATA", word), ("PTRACE_DETACH", "0x0"),
    ]
    #if arch(x86_64)
      requests.insert(("12", "0x0"), at: 3)  // PTRACE_GETREGS, which has no name in events
    #endif
    let events = trace.events("ptrace")
    try #require(events.count == requests.count)
    for (event, (request, address)) in zip(events, requests) {
      expect(
        event,
        .event(
          "ptrace", "Kernel Activity", process: try .actor(trace, words),
          ["ptrace": ["request": Pattern(request), "address": Pattern(address), "tracee": tracee]]))
      expect(event["ptrace"]["tracee"]["parent"]["pid"], Pattern(try trace.pid))
    }
  }

  @Test func `who asks to be traced names nobody`() throws {
    let trace = try Trace(["ptrace-traceme"])
    let child = try trace.value("child")
    expect(try trace.only("ptrace", pid: child)["ptrace"], ["request": "PTRACE_TRACEME", "address": "0x0"])
    let kill = try trace.only("ptrace", pid: try trace.pid)
    expect(kill["ptrace"]["request"], "PTRACE_KILL")
    expect(kill["ptrace"]["tracee"]["pid"], Pattern(child))
  }

  @Test func `requests that fail are told too`() throws {
    let other = try Program([Program.actor, "linger", "1000"])
    defer { kill(other.pid, SIGKILL) }
    try Program.wait { !other.output.isEmpty }
    let trace = try Trace(["ptrace-failing", "\(other.pid)"])
    #expect(try trace.value("missing") == Int64(ESRCH) && trace.value("unknown") == Int64(ESRCH))
    #expect(try trace.value("refused") == Int64(EPERM))
    let events = trace.events("ptrace")
    try #require(events.count == 3)
    #expect(events.map { $0["evt"]["outcome"].string } == ["Error", "Error", "Refused"])
    expect(events[0]["ptrace"], ["request": "PTRACE_ATTACH", "address": "0x0"])
    expect(events[1]["ptrace"]["request"], "20479")
    expect(events[1]["ptrace"]["address"], "0x10")
    expect(events[2]["ptrace"]["tracee"]["pid"], Pattern(other.pid))
    expect(events[2]["ptrace"]["tracee"]["comm"], "actor")
    expect(events[2]["usr"], ["id": "nobody", "group": "root"])
  }

  @Test func `the first process is told, too`() throws {
    let event = try #require(Trace(["ptrace-failing", "1"]).events("ptrace").last)
    expect(event["ptrace"]["request"], "PTRACE_SEIZE")
    expect(event["ptrace"]["tracee"]["pid"], 1)
  }

  @Test func `the tracee of a thread is its process, from a 32-bit call too`() throws {
    let trace = try Trace(["ptrace-thread"])
    let events = trace.events("ptrace")
    #if arch(x86_64)
      try #require(events.count == 2)
      #expect(try trace.value("interrupt") == 0)
      expect(events[1]["ptrace"]["request"], "PTRACE_INTERRUPT")
      expect(events[1]["ptrace"]["address"], "0x1234")
    #endif
    for event in events { expect(event["ptrace"]["tracee"]["pid"], Pattern(try trace.value("child"))) }
  }

  @Test(.since(6, 14, "a probe finds a process by its number in a namespace"))
  func `a tracee in another pid namespace has its number in the first`() throws {
    let trace = try Trace(["ptrace-namespaced"])
    #expect(try trace.value("inside") == 2)
    let event = try trace.only("ptrace")
    #expect(event["ptrace"]["tracee"]["ppid"] == event["process"]["pid"])
    #expect(event["ptrace"]["tracee"]["pid"] != .signed(2))
  }
}
