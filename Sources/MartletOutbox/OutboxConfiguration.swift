/// Where an outbox is, and what it may take.
package struct OutboxConfiguration: Sendable {
  /// What happens to events when the outbox, or the disk that it is on, is full.
  package enum WhenFull: String, CaseIterable, Sendable {
    /// The oldest segment goes, whoever has not read it yet.
    case dropOldest = "drop-oldest"
    /// New events are refused until the sinks have read old ones.
    case refuseNewest = "refuse-newest"
  }

  /// When what was written is forced onto the disk. A crash of the process loses nothing in any case; a power cut what
  /// was not forced yet.
  package enum Sync: Hashable, Sendable {
    case always
    case every(milliseconds: Int)
    /// When the kernel thinks it is time.
    case never
  }

  /// The directory of the segments.
  package var directory: String
  /// The directory in which the shipper keeps the cursors of its sinks.
  package var cursors: String
  /// The most bytes that the segments take together.
  package var limit: Int
  package var whenFull: WhenFull
  package var sync: Sync
  /// The most bytes of events that wait for the disk in memory.
  package var queueLimit: Int

  package init(
    directory: String, cursors: String, limit: Int = 1 << 30, whenFull: WhenFull = .dropOldest,
    sync: Sync = .every(milliseconds: 1000), queueLimit: Int = 4 << 20
  ) {
    self.directory = directory
    self.cursors = cursors
    self.limit = max(limit, 1 << 16)
    self.whenFull = whenFull
    self.sync = sync
    self.queueLimit = queueLimit
  }

  /// A new segment begins once one has so many bytes: sixteen fill the outbox, so that one that is dropped costs little.
  var segmentSize: Int { min(limit / 16, 64 << 20) }
}

/// Why the outbox does not have an event.
package enum OutboxLoss: Int, CaseIterable, Sendable {
  /// It waited for the disk, and there were too many.
  case queueFull
  /// It was longer than an event may be.
  case tooLong
  /// The outbox was full, and new events are refused then.
  case outboxFull
  /// The outbox or the disk was full, and the oldest go then.
  case dropped
  /// The disk refused it.
  case writeFailed
  /// It was on the disk, which does not have it as it was written.
  case damaged
  /// Somebody removed its file.
  case removed

  /// A stable word for programs.
  package var name: String {
    switch self {
    case .queueFull: "queue_full"
    case .tooLong: "too_long"
    case .outboxFull: "full"
    case .dropped: "dropped"
    case .writeFailed: "write_failed"
    case .damaged: "damaged"
    case .removed: "removed"
    }
  }
}

/// Events that the outbox does not have, by cause.
package struct OutboxLosses: Hashable, Sendable {
  private var counts = [UInt64](repeating: 0, count: OutboxLoss.allCases.count)

  package init() {}

  package subscript(cause: OutboxLoss) -> UInt64 {
    get { counts[cause.rawValue] }
    set { counts[cause.rawValue] = newValue }
  }

  package var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  /// Of all causes.
  package var total: UInt64 { counts.reduce(0, +) }

  /// What is lost since `earlier`.
  package func since(_ earlier: OutboxLosses) -> OutboxLosses {
    var losses = self
    for cause in OutboxLoss.allCases { losses[cause] -= earlier[cause] }
    return losses
  }
}
