/// Where events are delivered to. A sink is used by one thread.
package protocol Sink: AnyObject {
  /// Delivers events, in order, and returns when all of them have been acknowledged.
  ///
  /// - Parameter done: how many have been acknowledged, kept up to date also when it throws.
  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure)
  /// Ends connections. A later `deliver` makes new ones.
  func close()
}

/// Why events were not delivered.
package struct DeliveryFailure: Error, Hashable, CustomStringConvertible {
  package enum Remedy: Hashable, Sendable {
    /// To try again later, no sooner than the receiver asked for.
    case retry(after: Duration?)
    /// To try smaller batches: one of the events is not taken.
    case divide
    /// None: these events will never be taken; or so many of them, of which the receiver does not say which.
    case giveUp(refused: Int? = nil)
  }

  package let remedy: Remedy
  package let description: String

  package init(_ description: String, _ remedy: Remedy = .retry(after: nil)) {
    self.description = description
    self.remedy = remedy
  }
}
