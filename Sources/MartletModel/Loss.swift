/// Activity that was seen and could not be made an event, since the last time a loss was told of.
package struct Loss: Hashable, Sendable {
  /// Why.
  package enum Cause: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The ring buffer had no room.
    case ringFull = 1
    /// There was nowhere to build the record.
    case noScratch
    /// The kernel object was gone before it could be read.
    case unreadable
    /// A new process could not be put in the scope: what it does is lost too.
    case scopeFull
    /// The record could not be decoded.
    case undecodable
    /// The process, or its cgroup, had its share of the ring buffer.
    case shareSpent

    /// A stable word for programs.
    package var name: String {
      switch self {
      case .ringFull: "ring_full"
      case .noScratch: "no_scratch"
      case .unreadable: "unreadable"
      case .scopeFull: "scope_full"
      case .undecodable: "undecodable"
      case .shareSpent: "share_spent"
      }
    }
  }

  package struct Row: Hashable, Sendable, BitwiseCopyable {
    package var type: EventType
    package var cause: Cause
    package var count: UInt64

    package init(type: EventType, cause: Cause, count: UInt64) {
      self.type = type
      self.cause = cause
      self.count = count
    }
  }

  /// What one cgroup lost, of all types.
  package struct CgroupRow: Hashable, Sendable {
    /// Its path in the default hierarchy; empty where several are meant, or it is gone.
    package var path: String
    package var count: UInt64

    package init(path: String, count: UInt64) {
      self.path = path
      self.count = count
    }
  }

  /// When it was noticed.
  package var time: Instant
  /// What has a count above zero.
  package var rows: [Row]
  /// The same by cgroup, those that lost most first; none in recordings.
  package var cgroups: [CgroupRow] = []

  package init(time: Instant, rows: [Row]) {
    self.time = time
    self.rows = rows
  }
}
