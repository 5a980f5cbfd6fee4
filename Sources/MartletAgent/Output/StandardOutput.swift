import Glibc
package import MartletModel
package import MartletOutput

/// Standard output of an agent that goes on whether or not somebody reads it.
///
/// What is not read in time is lost, counted, and told where it would have been.
package final class StandardOutput: EventSink {
  private let queue: OutputQueue
  private var printer: EventPrinter
  /// Losses that the output itself tells of.
  private var told: UInt64 = 0
  /// Losses at the last tick.
  private var noticed: UInt64 = 0
  /// Why events are being lost just now; nil while they are not.
  package private(set) var problem: String?

  /// How long at the end the reader may read nothing of what waits.
  private static let patience = Duration.seconds(5)

  package init(_ format: OutputFormat, style: ScreenStyle) throws(OutputError) {
    queue = try OutputQueue(descriptor: STDOUT_FILENO)
    printer = EventPrinter(to: queue, format: format, style: style)
  }

  /// What became of the events.
  package var counts: OutputQueue.Counts { queue.counts }

  package func take(_ event: Event, _ matches: [Match]) { printer.print(event, matches: matches) }
  package func take(_ loss: Loss) { printer.print(loss) }
  package func take(_ disturbance: Disturbance) { printer.print(disturbance) }
  package func take(_ report: AgentReport) { printer.print(report) }

  package func flush() {
    printer.flush()
    let lost = queue.counts.unread
    guard lost > told else { return }
    printer.print(unread: lost - told, at: .now)
    if printer.flush() { told = lost }
  }

  /// To be called once a second.
  func tick() {
    let counts = counts
    if let failure = counts.failure {
      problem = OutputError(path: "standard output", errno: failure).description
    } else if counts.unread > noticed {
      problem = "standard output is not read in time"
    } else if counts.waiting == 0 {
      problem = nil
    }
    noticed = counts.unread
  }

  /// Waits for the reader, but not for long.
  package func finish() {
    queue.takeAll()
    flush()
    queue.finish(patience: Self.patience)
  }
}
