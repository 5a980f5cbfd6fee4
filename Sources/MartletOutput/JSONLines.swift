package import MartletModel

/// Takes lines of JSON, each an event, from the thread that reads the ring, and so never waits for long.
package protocol LineTarget: AnyObject {
  /// Takes `count` whole lines.
  func take(_ lines: borrowing SplicedText, count: Int)
  /// No more lines will come for now.
  func flush()
}

extension LineTarget {
  package func flush() {}
}

/// Writes each event once, as a line of JSON for each rule that it matched, and hands the lines to its targets.
package final class JSONLines: EventSink {
  private let targets: [any LineTarget]
  private var encoder = EventEncoder()
  private var lines = SplicedText()
  private var count = 0

  private static let flushAt = 1 << 20

  package init(_ targets: [any LineTarget]) { self.targets = targets }

  package func take(_ event: Event, _ matches: [Match]) {
    if matches.isEmpty { write(event, .traced) }
    for match in matches { write(event, match) }
  }

  private func write(_ event: Event, _ match: Match) {
    encoder.write(event, match: match, to: &lines)
    endLine()
  }

  package func take(_ loss: Loss) {
    encoder.write(loss, to: &lines.own)
    endLine()
  }

  package func take(_ disturbance: Disturbance) {
    encoder.write(disturbance, to: &lines.own)
    endLine()
  }

  package func take(_ report: AgentReport) {
    encoder.write(report, to: &lines.own)
    endLine()
  }

  private func endLine() {
    lines.own.newline()
    count += 1
    if lines.isFull || lines.count >= Self.flushAt { handOn() }
  }

  package func flush() {
    handOn()
    for target in targets { target.flush() }
  }

  private func handOn() {
    guard count > 0 else { return }
    for target in targets { target.take(lines, count: count) }
    lines.removeAll()
    count = 0
  }
}
