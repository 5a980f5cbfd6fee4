import Glibc
import Support
import Testing

@Suite(.kernel)
struct SyscallsTests {
  private static let options = ["--events", "syscalls"]

  private func names(_ event: JSON) -> [String] { event["syscalls"].array.compactMap { $0["name"].string } }

  @Test func `an image tells at its end which calls it made, rising by number, and no outcome`() throws {
    let words = ["call", "157", "n:38", "n:1"]
    let trace = try Trace(words, options: Self.options)
    let event = try #require(trace.events("syscalls", pid: try trace.pid).last)
    expect(
      event,
      .event(
        "syscalls", "Process Activity",
        process: try .actor(trace, words).with(["syscalls": .anything]), ["syscalls": .anything]
      ).with(["evt": ["name": "syscalls", "category": "Process Activity"]]))
    #expect(event["process"]["syscalls"] == event["syscalls"])
    #expect(event["syscalls"].array.contains(.object(["name": .string("SysPrctl"), "id": JSON(157)])))
    #expect(names(event).contains("SysExitGroup"))
    let ids = event["syscalls"].array.compactMap(\.["id"].integer)
    #expect(ids == ids.sorted() && Set(ids).count == ids.count)
  }

  @Test func `an exec ends an image: what it called is told of it, and the next begins anew`() throws {
    let trace = try Trace(["exec", Program.actor, "nothing"], options: Self.options)
    let events = trace.events("syscalls", pid: try trace.pid)
    try #require(events.count >= 2)
    let first = try #require(events.first { $0["process"]["args"].array.first?.string == "exec" })
    #expect(names(first).contains("SysExecve"))
    #expect(!names(try #require(events.last)).contains("SysExecve"))
  }
}
