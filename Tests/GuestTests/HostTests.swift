import Foundation
import Glibc
import Support
import Testing

/// `martlet run` on a whole host.
@Suite(.kernel, .guest)
struct HostTests {
  @Test func `all of a host is watched but the agent itself, from the start to the end`() throws {
    let place = try Workplace()
    let before = try Program(["/bin/sleep", "1000.5"])
    let agent = try Program(
      [Program.martlet, "run", "--no-own-rules", "--events", "exec,exit,open", "--events-file", place["events"]])
    try Program.wait(seconds: 300) { try agent.errors.contains("martlet: watching this host") || agent.hasEnded() }
    try #require(try !agent.hasEnded(), "\(agent.errors)")
    try Program.wait(seconds: 60) {
      String(decoding: try Data(contentsOf: URL(filePath: place["events"])), as: UTF8.self)
        .contains("\"rule_id\":\"self_test\"")
    }
    _ = try Outcome(of: ["/bin/sh", "-c", "/bin/true seen"])
    kill(before.pid, SIGTERM)
    try before.wait()
    kill(agent.pid, SIGTERM)
    #expect(try agent.wait(seconds: 120) == 0, "\(agent.errors)")
    #expect(agent.errors.contains(" 0 lost "), "\(agent.errors)")
    let text = try Data(contentsOf: URL(filePath: place["events"]))
    let lines = try [UInt8](text).lines.map { try JSON($0) }
    let test = try #require(lines.first { $0["agent"]["rule_id"].string == "self_test" })
    #expect(test["succeeded_tests"].array.count == 3 && test["failed_tests"].array.isEmpty, "\(test)")
    // Not those about itself: that it was kept waiting, in a guest that is emulated.
    let events = lines.filter { !$0["process"].isAbsent }
    func told(_ type: String, _ argument: String) -> [JSON] {
      events.filter { $0["evt"]["name"].string == type && $0["process"]["args"].array.last?.string == argument }
    }
    #expect(told("exec", "seen").count == 1)
    #expect(told("exec", "1000.5").map { $0["process"]["source"].string } == ["procfs_snapshot"])
    #expect(told("exit", "1000.5").count == 1)
    #expect(events.allSatisfy { $0["process"]["pid"].integer != Int64(agent.pid) }, "it does not watch itself")
    // Whoever runs has its parents, up to the first process.
    for event in events where event["process"]["pid"].integer != 1 {
      #expect(event["process"]["ancestors"].array.last?["pid"].integer == 1, "\(event)")
    }
  }
}
