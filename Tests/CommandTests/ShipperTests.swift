import Foundation
import Glibc
import Support
import Testing

/// An agent and the shipper of its outbox, in one cgroup.
@Suite(.kernel)
struct ShipperTests {
  /// Who wants to be left out.
  enum Candidate: CaseIterable {
    case shipper
    /// The lock is held by a copy of the program, which anybody may change.
    case copy
    /// The right program, which anybody may run, with a lock of its own.
    case stranger
  }

  @Test(arguments: Candidate.allCases)
  func `what the shipper does makes no events, and nobody else is taken for it`(candidate: Candidate) throws {
    let place = try Workplace()
    try place.directory("state")
    try place.directory("other")
    let agent = try Agent([
      "--events", "exec,open", "--no-own-rules", "--set", "outbox.path=\(place["outbox"])", "--set",
      "outbox.cursors=\(place["state/cursors"])",
    ])
    let program =
      candidate == .copy
      ? try place.copy(Program.products + "martlet-ship", as: "martlet-ship") : Program.products + "martlet-ship"
    let configuration = try place.file(
      "ship.yaml",
      """
      outbox: \(place["outbox"])
      state: \(place[candidate == .stranger ? "other" : "state"])
      metrics: off
      sinks: [{name: out, type: file, path: \(place["delivered"])}]
      """)
    let shipper = try Program(agent.cgroup.inside([program, "run", "--config", configuration]))
    if candidate == .shipper {
      try agent.program.says("process \(shipper.pid), is not watched")
    } else {
      try shipper.says("delivering")
      usleep(2_500_000)  // the agent looks once a second
    }
    try #require(try !shipper.hasEnded(), "\(shipper.errors)")
    // It reads the configuration again, and then anew what comes to the outbox.
    kill(shipper.pid, SIGHUP)
    try shipper.says("delivering", times: 2)
    try agent.watches(["/bin/true", "last"])
    try Program.wait {
      FileManager.default.contents(atPath: place["delivered"]).map {
        String(decoding: $0, as: UTF8.self).contains("last")
      } ?? false
    }
    kill(shipper.pid, SIGTERM)
    #expect(try shipper.wait() == 0)
    #expect(try agent.stop() == 0)
    let events = try agent.events().filter { $0["process"]["pid"].integer == Int64(shipper.pid) }
    let opens = events.filter { $0["file"]["path"].string == configuration }
    // Its beginning is seen in any case.
    #expect(events.contains { $0["evt"]["name"].string == "exec" && $0["file"]["path"].string == program })
    #expect(opens.count == (candidate == .shipper ? 1 : 2))
    #expect(!agent.program.errors.contains("scope_cut"))
    #expect(try !agent.events().contains { $0["evt"]["name"].string == "agent_disturbed" })
  }
}
