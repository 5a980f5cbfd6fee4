import Glibc
import MartletModel
package import MartletOutbox
package import MartletOutput
import MartletSchema

/// Puts each line into the outbox, for the shipper. It never waits.
package final class OutboxTarget: LineTarget {
  private let outbox: Outbox
  private let path: String
  private var lastFailure: Int32?

  package init(_ configuration: OutboxConfiguration) throws(OutboxError) {
    path = configuration.directory
    outbox = try Outbox.open(configuration) { losses in
      var counts = JSONObject()
      for cause in OutboxLoss.allCases where losses[cause] > 0 {
        counts["lost.outbox.\(cause.name)"] = .integer(JSONInteger(losses[cause]))
      }
      var now = timespec()
      unsafe clock_gettime(CLOCK_REALTIME, &now)
      let time = Instant(seconds: Int64(now.tv_sec), nanoseconds: UInt32(truncatingIfNeeded: now.tv_nsec))
      var writer = JSONWriter(capacity: 1024)
      EventDocument(lost: counts, at: time).write(to: &writer)
      return Array(writer.text.utf8)
    }
  }

  package func take(_ lines: borrowing SplicedText, count: Int) { lines.forEachLine { outbox.offer($0) } }

  /// How it is.
  package var health: Outbox.Health { outbox.health }

  /// What is wrong with its disk, if that has not been told yet.
  func newFailure() -> OutboxError? {
    let failure = outbox.health.failure
    defer { lastFailure = failure }
    guard let failure, failure != lastFailure else { return nil }
    return OutboxError("write", path, failure)
  }

  /// Waits until all is on the disk. Nothing is taken any more.
  package func finish() { outbox.close() }
}
