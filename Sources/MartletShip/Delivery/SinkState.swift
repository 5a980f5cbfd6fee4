import Glibc
package import MartletOutbox
import Synchronization

/// What one sink has done, for those who look from outside.
package final class SinkState: Sendable {
  package struct Values: Hashable, Sendable {
    package init() {}

    /// Events that the sink acknowledged.
    package var delivered: UInt64 = 0
    /// Bytes of their texts.
    package var deliveredBytes: UInt64 = 0
    /// Events that its filter let not through.
    package var filtered: UInt64 = 0
    /// Events that the sink refused for good: they are in its file of dead letters.
    package var dead: UInt64 = 0
    /// Those of them that are not there any more, as later ones have their place.
    package var replaced: UInt64 = 0
    /// Events that the outbox dropped before this sink had them, or that are damaged in it.
    package var missing: UInt64 = 0
    /// Attempts to deliver, and those of them that failed.
    package var attempts: UInt64 = 0
    package var failures: UInt64 = 0
    /// Behind the last event that is done.
    package var position = Cursor()
    /// Failures since the last success.
    package var failuresInARow: UInt64 = 0
    /// Why nothing is delivered just now; nil if that is not so.
    package var trouble: String?
    /// When events were last acknowledged, in seconds since the epoch; 0 for never.
    package var lastSuccess: Int = 0
  }

  package let name: String
  package let type: String
  private let kept = Mutex(Values())

  package init(name: String, type: String) {
    self.name = name
    self.type = type
  }

  package var values: Values { kept.withLock { $0 } }

  func change(_ change: (inout Values) -> Void) { kept.withLock { values in change(&values) } }
}

/// Seconds since the epoch.
var secondsNow: Int { time(nil) }
