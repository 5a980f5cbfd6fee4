package import MartletModel
import MartletSensor

/// Where the records of a session went, by type: what the probes saw was emitted, filtered or lost.
///
/// The probes count what they see and lose; here is counted what arrives. Of a packet one record may make many events:
/// it counts once.
package struct Ledger: Sendable {
  package struct Row: Hashable, Sendable {
    package let type: EventType
    /// What the probes saw.
    package var seen: UInt64 = 0
    /// Records of which an event was written.
    package var emitted: UInt64 = 0
    /// Records that are no event of their own, and those of events that nobody asked for.
    package var filtered: UInt64 = 0
    /// Losses of every cause, in the kernel and here.
    package var lost: UInt64 = 0

    /// What was seen and is nowhere; negative where more arrived than was seen. 0, once all that was watched has ended.
    package var missing: Int64 {
      Int64(truncatingIfNeeded: seen &- emitted &- filtered &- lost)
    }
  }

  private var emitted = [UInt64](repeating: 0, count: 256)
  private var filtered = [UInt64](repeating: 0, count: 256)

  /// A record of this type was read, and one of its events written or none.
  mutating func count(_ type: EventType, isEmitted: Bool) {
    if isEmitted { emitted[Int(type.rawValue)] &+= 1 } else { filtered[Int(type.rawValue)] &+= 1 }
  }

  /// The rows of what there was.
  func rows(kernel: [EventType: KernelCounts], undecodable: [EventType: UInt64]) -> [Row] {
    EventType.allCases.compactMap { type in
      let counts = kernel[type] ?? KernelCounts()
      var row = Row(type: type)
      row.seen = counts.seen
      row.emitted = emitted[Int(type.rawValue)]
      row.filtered = filtered[Int(type.rawValue)]
      // A child that could not be followed is not among them: its fork is told all the same.
      row.lost = counts.lostRing &+ counts.lostScratch &+ counts.lostRead &+ (undecodable[type] ?? 0)
      return row == Row(type: type) ? nil : row
    }
  }
}
