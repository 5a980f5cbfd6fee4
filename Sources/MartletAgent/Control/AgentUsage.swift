/// What the agent takes of the machine, from readings a second apart.
struct AgentUsage {
  /// Shares of one processor in the last second, in percent: of this process, and of the probes in all others.
  private(set) var agentPercent = 0.0
  private(set) var probePercent = 0.0
  private var last: (moment: Moment, agentNS: UInt64, probeNS: UInt64)?

  mutating func read(_ report: TraceReport, at now: Moment = .now) {
    if let last {
      let nanoseconds = max((now - last.moment) / .nanoseconds(1), 1)
      agentPercent = Double(report.agentNS &- last.agentNS) / nanoseconds * 100
      // An estimate, which may come out smaller than the one before.
      probePercent = report.probeNS < last.probeNS ? 0 : Double(report.probeNS - last.probeNS) / nanoseconds * 100
    }
    last = (now, report.agentNS, report.probeNS)
  }
}
