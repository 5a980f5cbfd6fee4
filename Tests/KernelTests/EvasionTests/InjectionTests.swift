import Foundation
import Support
import Testing

/// One process writes into another's memory.
@Suite(.kernel)
struct InjectionTests {
  @Test func `by ptrace it is told with its target`() throws {
    let trace = try Trace(["inject", "ptrace"])
    let pokes = trace.events("ptrace").filter { $0["ptrace"]["request"].string == "PTRACE_POKEDATA" }
    try #require(pokes.count == 1)
    expect(pokes[0]["ptrace"]["tracee"]["pid"], Pattern(try trace.value("child")))
  }

  @Test func `by procfs it is the opening of the target's memory for writing`() throws {
    let trace = try Trace(["inject", "mem"])
    let told = try trace.only("open", path: "/proc/\(try trace.value("child"))/mem")["file"]
    expect(told["flags"], ["O_RDWR"])
    expect(told["filesystem"], "proc")
  }

  @Test(arguments: [("vm", "PROCESS_VM_WRITEV"), ("vm-read", "PROCESS_VM_READV")])
  func `by process_vm_writev it is told as a request of ptrace is, and so is the reading`(
    how: String, request: String
  ) throws {
    let words = ["inject", how]
    let trace = try Trace(words)
    let told: Pattern = [
      "request": Pattern(request), "address": Pattern("0x" + String(try trace.value("address"), radix: 16)),
      "tracee": .process(
        pid: try trace.value("child"), ppid: try trace.pid, executable: try .file(Program.actor),
        argv: [Program.actor] + words
      ).with(["is_thread": true]),
    ]
    expect(
      try trace.only("ptrace"),
      .event("ptrace", "Kernel Activity", process: try .actor(trace, words), ["ptrace": told]))
  }
}
