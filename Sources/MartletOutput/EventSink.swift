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

/// Takes all events of one run, and has an end.
package protocol FinalSink: EventSink {
  /// Writes all that is left.
  func finish()
  /// The `errno` that ended the output, if one did.
  var failure: Int32? { get }
}

/// Prints what it takes.
package final class PrintingSink: FinalSink {
  private var printer: EventPrinter

  package init(_ printer: consuming EventPrinter) { self.printer = printer }

  package func take(_ event: Event, _ matches: [Match]) { printer.print(event, matches: matches) }
  package func take(_ loss: Loss) { printer.print(loss) }
  package func take(_ disturbance: Disturbance) { printer.print(disturbance) }
  package func take(_ report: AgentReport) { printer.print(report) }
  package func flush() { printer.flush() }
  package func finish() { printer.flush() }
  package var failure: Int32? { printer.failure }
}
