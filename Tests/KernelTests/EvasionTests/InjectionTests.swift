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

  @Test func `by process_vm_writev it is not told: no event has room for it`() throws {
    let trace = try Trace(["inject", "vm"])
    #expect(trace.events("ptrace").isEmpty)
    #expect(trace.events("open").allSatisfy { $0["file"]["path"].string?.hasSuffix("/mem") != true })
  }
}
