import Glibc
import MartletModel
package import MartletOutbox
package import MartletOutput
import MartletSchema

/// Puts each line into the outbox, for the shipper. It never waits.
package final class OutboxTarget: LineTarget {
  private let outbox: Outbox
  private let path: String
  /// Losses at the last tick, and when there were new ones.
  private var noticed: OutboxLosses
  private var lastLoss: Moment?
  /// What is wrong just now; `nil` if nothing is.
  package private(set) var problem: String?

  /// For how long losses are told after the last one.
  private static let patience = Duration.seconds(10)

  /// - Parameter isPrivileged: whether its files are made with all that the agent may do at its start.
  package init(_ configuration: OutboxConfiguration, isPrivileged: Bool = true) throws(OutboxError) {
    path = configuration.directory
    let prepare: @Sendable () -> Void = { if !isPrivileged { Privilege.dropEarly() } }
    outbox = try Outbox.open(configuration, prepare: prepare) { losses in
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
    noticed = outbox.health.losses
  }

  package func take(_ lines: borrowing SplicedText, count: Int) { lines.forEachLine { outbox.offer($0) } }

  /// How it is.
  package var health: Outbox.Health { outbox.health }

  /// What was wrong with what was in it when it was opened, a sentence each.
  var findings: [String] { outbox.findings }

  /// To be called once a second.
  func tick() {
    let health = outbox.health
    let new = health.losses.since(noticed)
    if !new.isEmpty {
      noticed = health.losses
      lastLoss = .now
    }
    if let failure = health.failure {
      problem = OutboxError("write", path, failure).description
    } else if !new.isEmpty {
      let causes = OutboxLoss.allCases.filter { new[$0] > 0 }.map(\.name).joined(separator: ", ")
      problem = "the outbox '\(path)' loses events: \(causes)"
    } else if lastLoss.map({ .now - $0 > Self.patience }) ?? true {
      problem = nil
    }
  }

  /// Waits until all is on the disk. Nothing is taken any more.
  package func finish() { outbox.close() }
}
