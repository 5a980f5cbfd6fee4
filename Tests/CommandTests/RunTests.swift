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
    // Until then the last line may be half written.
    try Program.wait { (try? !agent.events().isEmpty) ?? false }
    try FileManager.default.moveItem(atPath: agent.place["events.jsonl"], toPath: agent.place["moved"])
    kill(agent.program.pid, SIGUSR1)
    try Program.wait { FileManager.default.fileExists(atPath: agent.place["events.jsonl"]) }
    try agent.watches(["/bin/true", "after"])
    #expect(try agent.stop() == 0)
    #expect(try agent.events(in: "moved").last?["process"]["args"][0].string == "before")
    #expect(try agent.events().last?["process"]["args"][0].string == "after")
  }

  @Test func `what a rule finds is delivered by the shipper`() throws {
    let place = try Workplace()
    let policy = try place.file(
      "own.policy", "rules:\n  - id: odd_program\n    expression: exec.argv == \"odd\"\n")
    let outbox = place["outbox"]
    let agent = try Agent([
      "--no-own-rules", "--policy", policy, "--set", "outbox.path=\(outbox)", "--set",
      "outbox.cursors=\(place["cursors"])",
    ])
    for _ in 1...20 { try agent.watches(["/bin/true", "odd"]) }
    let shipper = try place.shipper(of: outbox)
    let rule = "\"rule_id\":\"odd_program\""
    try waitUntil(shipper, hasSaid: rule, times: 20)
    // What came while it ended is delivered later.
    try agent.watches(["/bin/true", "odd"])
    #expect(try agent.stop() == 0)
    let events = try agent.events()
    try waitUntil(shipper, hasSaid: rule, times: 21)
    kill(shipper.pid, SIGTERM)
    #expect(try shipper.wait() == 0)
    let delivered = try shipper.output.split(separator: 0x0a).map { try JSON($0) }
    #expect(delivered.filter { $0["agent"]["rule_id"].string == "odd_program" } == events)
  }

  private func waitUntil(_ program: Program, hasSaid text: String, times count: Int) throws {
    let bytes = Data(text.utf8)
    func found() -> Int {
      var (found, output) = (0, Data(program.output))
      while let range = output.range(of: bytes) {
        found += 1
        output = output[range.upperBound...]
      }
      return found
    }
    do { try Program.wait { found() >= count } } catch {
      throw Failure("'\(text)' was said \(found()) times of \(count): \(program.errors)")
    }
  }

  @Test func `a second signal ends it at once, even while nobody takes what it writes`() throws {
    let pipe = try NamedPipe()
    let agent = try Agent(["--events", "exec", "--no-own-rules", "--stdout", "json"], output: pipe.path)
    try agent.watches(["/bin/sh", "-c", "i=0; while [ $i -lt 200 ]; do /bin/true $i; i=$((i+1)); done"])
    kill(agent.program.pid, SIGTERM)
    // Then it waits for its reader some seconds.
    try Program.wait { !FileManager.default.fileExists(atPath: agent.socket) }
    usleep(100_000)
    #expect(try agent.stop() == 128 + SIGTERM)
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
