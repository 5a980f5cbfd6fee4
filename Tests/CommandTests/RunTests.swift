import Foundation
import Glibc
import Support
import Testing

/// `martlet run`, watching a cgroup that the test made.
@Suite(.kernel)
struct RunTests {
  @Test func `it sees all that happens in its cgroup and below, and nothing else`() throws {
    let agent = try Agent(["--events", "exec,exit", "--no-own-rules"])
    let nested = agent.cgroup.path + "/nested"
    unsafe mkdir(nested, 0o755)
    _ = try Outcome(of: ["/bin/sh", "-c", "/bin/true outside"])
    try agent.watches(["/bin/true", "inside"])
    try agent.watches(["/bin/sh", "-c", "echo $$ > \(nested)/cgroup.procs; /bin/true below"])
    #expect(try agent.stop() == 0)
    #expect(agent.program.errors.contains(" 0 lost "))
    let commands = try agent.events().filter { $0["evt"]["name"].string == "exec" }.map {
      $0["process"]["args"][0].string
    }
    #expect(commands.contains("inside") && commands.contains("below") && !commands.contains("outside"))
  }

  @Test func `what a rule finds is written, and nothing that nobody asked for`() throws {
    let place = try Workplace()
    let policy = try place.file(
      "own.policy", "rules:\n  - id: odd_program\n    expression: exec.argv == \"odd\"\n")
    let agent = try Agent(["--no-own-rules", "--policy", policy])
    try agent.watches(["/bin/true", "even"])
    try agent.watches(["/bin/true", "odd"])
    #expect(try agent.stop() == 0)
    #expect(try agent.events().map { $0["agent"]["rule_id"].string } == ["odd_program"])
  }

  @Test func `what was under way when it was told to end is written`() throws {
    let agent = try Agent(["--events", "exec", "--no-own-rules"])
    try agent.watches(["/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do /bin/true $i; i=$((i+1)); done"])
    #expect(try agent.stop() == 0)
    let last = try agent.events().last
    #expect(last?["process"]["args"][0].string == "299")
  }

  @Test func `a file that was moved is begun anew`() throws {
    let agent = try Agent(["--events", "exec", "--no-own-rules"])
    try agent.watches(["/bin/true", "before"])
    try Program.wait { try !agent.events().isEmpty }
    try FileManager.default.moveItem(atPath: agent.place["events.jsonl"], toPath: agent.place["moved"])
    kill(agent.program.pid, SIGUSR1)
    try Program.wait { FileManager.default.fileExists(atPath: agent.place["events.jsonl"]) }
    try agent.watches(["/bin/true", "after"])
    #expect(try agent.stop() == 0)
    #expect(try agent.events(in: "moved").last?["process"]["args"][0].string == "before")
    #expect(try agent.events().last?["process"]["args"][0].string == "after")
  }

  @Test(
    arguments: [
      (["--cgroup", "/nowhere"], 2), (["--cgroup", "/etc"], 2), (["--policy", "/nowhere"], 2),
      (["--events-file", "/proc/nowhere/events"], 2),
    ] as [([String], Int32)])
  func `what cannot be used is told at the start`(options: [String], status: Int32) throws {
    let cgroup = try TestCgroup()
    let outcome = try Outcome(martlet: ["run", "--cgroup", cgroup.path] + options)
    #expect(outcome.status == status)
    #expect(outcome.errors.hasPrefix("martlet: "))
  }
}
