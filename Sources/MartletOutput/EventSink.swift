package import MartletModel

/// Takes events and losses from the thread that reads the ring, and so never waits.
package protocol EventSink: AnyObject {
  /// Takes an event and the rules that it matched; none where the event's type was asked for.
  func take(_ event: Event, _ matches: [Match])
  func take(_ loss: Loss)
  func take(_ report: AgentReport)
  /// The ring is empty for now: what was taken may leave.
  func flush()
}

/// Prints what it takes.
package final class PrintingSink: EventSink {
  private var printer: EventPrinter

  package init(_ printer: consuming EventPrinter) { self.printer = printer }

  package func take(_ event: Event, _ matches: [Match]) { printer.print(event, matches: matches) }
  package func take(_ loss: Loss) { printer.print(loss) }
  package func take(_ report: AgentReport) { printer.print(report) }
  package func flush() { printer.flush() }

  /// The `errno` that ended the output, if one did.
  package var failure: Int32? { printer.failure }
}
