package import MartletModel

/// Takes events, losses and disturbances from the thread that reads the ring, and so never waits.
package protocol EventSink: AnyObject {
  /// Takes an event and the rules that it matched; none where the event's type was asked for.
  func take(_ event: Event, _ matches: [Match])
  /// Looks at an event that nobody asked for and no rule matched, of a type that is observed (`AgentSession.observe`). It
  /// is not written anywhere.
  func look(at event: Event)
  func take(_ loss: Loss)
  /// Takes what happened to the agent itself.
  func take(_ disturbance: Disturbance)
  func take(_ report: AgentReport)
  /// The ring is empty for now: what was taken may leave.
  func flush()
}

extension EventSink {
  package func look(at event: Event) {}
}

/// Prints what it takes.
package final class PrintingSink: EventSink {
  private var printer: EventPrinter

  package init(_ printer: consuming EventPrinter) { self.printer = printer }

  package func take(_ event: Event, _ matches: [Match]) { printer.print(event, matches: matches) }
  package func take(_ loss: Loss) { printer.print(loss) }
  package func take(_ disturbance: Disturbance) { printer.print(disturbance) }
  package func take(_ report: AgentReport) { printer.print(report) }
  package func flush() { printer.flush() }

  /// The `errno` that ended the output, if one did.
  package var failure: Int32? { printer.failure }
}
