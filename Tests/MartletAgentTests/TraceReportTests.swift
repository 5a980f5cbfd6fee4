import MartletModel
import Testing

@testable import MartletAgent

struct TraceReportTests {
  private func report(_ events: [EventType: UInt64], _ losses: [Loss.Row] = []) -> TraceReport {
    var report = TraceReport()
    report.events = events
    report.losses = losses
    report.peakMemory = 12_345_678
    report.probeNS = 1_550_000
    report.agentNS = 40_000_000
    return report
  }

  private static let cost = "11.8 MiB peak · probes 1.6 ms · agent 40.0 ms"

  @Test(
    arguments: [
      ([:], "0 events"), ([.exec: 1], "1 event: 1 exec"),
      ([.exec: 2, .open: 700, .exit: 3, .fork: 3], "708 events: 700 open, 3 exit, 3 fork, 2 exec"),
    ] as [([EventType: UInt64], String)])
  func `the line has the events by type, most first`(events: [EventType: UInt64], text: String) {
    #expect(report(events).summary(colored: false) == "martlet: \(text) · 0 lost · \(Self.cost)")
  }

  @Test func `what was lost is told by type and cause`() {
    let losses = [
      Loss.Row(type: .open, cause: .ringFull, count: 12), Loss.Row(type: .exec, cause: .undecodable, count: 1),
    ]
    #expect(
      report([:], losses).summary(colored: false)
        == "martlet: 0 events · 12 open lost (ring_full), 1 exec lost (undecodable) · \(Self.cost)")
  }

  @Test(arguments: [(1, "1 disturbance of the agent"), (2, "2 disturbances of the agent")] as [(UInt64, String)])
  func `what happened to the agent is counted`(count: UInt64, text: String) {
    var report = report([:])
    report.disturbances = count
    report.matches = 0
    #expect(
      report.summary(colored: false) == "martlet: 0 events · 0 matches · 0 lost · \(text) · \(Self.cost)")
  }

  @Test func `only a loss is loud`() {
    let quiet = report([.exec: 1])
    #expect(quiet.summary(colored: true) == "\u{1b}[2m\(quiet.summary(colored: false))\u{1b}[0m")
    let lost = report([:], [Loss.Row(type: .open, cause: .ringFull, count: 1)])
    #expect(
      lost.summary(colored: true)
        == "\u{1b}[2mmartlet: 0 events · \u{1b}[0;1;31m1 open lost (ring_full)\u{1b}[0;2m · \(Self.cost)\u{1b}[0m")
    #expect(!lost.summary(colored: false).contains("\u{1b}"))
  }

  @Test func `a number of any size has a text`() {
    var report = report([:])
    report.probeNS = .max
    report.peakMemory = .max
    #expect(report.summary(colored: false).contains("probes 18446744073709.6 ms"))
  }
}
