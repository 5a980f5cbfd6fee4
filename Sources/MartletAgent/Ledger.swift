package import MartletModel
import MartletSensor

/// Where the records of a session went, by type and by cgroup: what the probes saw was emitted, filtered or lost, or is on
/// its way.
///
/// The probes count what they see, filter and lose; here is counted what arrives. Of a packet one record may make many
/// events: it counts once.
package struct Ledger: Sendable {
  /// What was lost for one cause.
  package struct Part: Hashable, Sendable {
    package let cause: Loss.Cause
    package let count: UInt64
  }

  /// What became of what one subject did: all events of a type, or those of a cgroup.
  package struct Line<Subject: Hashable & Sendable>: Hashable, Sendable {
    package let subject: Subject
    /// What the probes saw.
    package var seen: UInt64 = 0
    /// Records of which an event was written.
    package var emitted: UInt64 = 0
    /// What the kernel made no record of, as no rule can hold for it.
    package var filteredEarly: UInt64 = 0
    /// Records that are no event of their own, and those of events that nobody asked for.
    package var filtered: UInt64 = 0
    /// Losses of every cause, in the kernel and here.
    package var lost: UInt64 = 0
    /// The same by cause, the most frequent first: of a cgroup. Those of a type are told with all others.
    package var causes: [Part] = []

    /// What was seen and is not yet here; negative where more arrived than was seen. 0, once all that was watched has
    /// ended.
    package var missing: Int64 {
      Int64(truncatingIfNeeded: seen &- emitted &- filteredEarly &- filtered &- lost)
    }
  }

  /// One type of event.
  package typealias Row = Line<EventType>
  /// One cgroup, or all those that have no row.
  package typealias CgroupRow = Line<CgroupID>

  /// What became of the records that arrived.
  fileprivate struct Tally: Sendable {
    var emitted: UInt64 = 0
    var filtered: UInt64 = 0
    var undecodable: UInt64 = 0

    static func += (sum: inout Self, more: Self) {
      sum.emitted &+= more.emitted
      sum.filtered &+= more.filtered
      sum.undecodable &+= more.undecodable
    }
  }

  private var emitted = [UInt64](repeating: 0, count: 256)
  private var filtered = [UInt64](repeating: 0, count: 256)
  private var tallies: [CgroupID: Tally] = [:]
  /// The cgroup of the last record, whose tally is not put back for each.
  private var current: (cgroup: CgroupID, tally: Tally) = (.others, Tally())
  /// What the kernel had counted for cgroups that are gone.
  private var gone = CgroupCounts()

  /// A record was read, and one of its events written or none; `nil` for one that could not be decoded.
  mutating func count(_ type: EventType?, of cgroup: CgroupID, isEmitted: Bool) {
    if current.cgroup != cgroup {
      putBack()
      current = (cgroup, tallies[cgroup] ?? Tally())
    }
    if let type {
      if isEmitted { emitted[Int(type.rawValue)] &+= 1 } else { filtered[Int(type.rawValue)] &+= 1 }
      if isEmitted { current.tally.emitted &+= 1 } else { current.tally.filtered &+= 1 }
    } else {
      current.tally.undecodable &+= 1
    }
  }

  private mutating func putBack() { tallies[current.cgroup] = current.tally }

  /// The rows of what there was.
  func rows(kernel: [EventType: KernelCounts], undecodable: [EventType: UInt64]) -> [Row] {
    EventType.allCases.compactMap { type in
      let counts = kernel[type] ?? KernelCounts()
      let row = Row(
        subject: type, seen: counts.seen, emitted: emitted[Int(type.rawValue)], filteredEarly: counts.filtered,
        filtered: filtered[Int(type.rawValue)], lost: counts.lost &+ (undecodable[type] ?? 0))
      return row == Row(subject: type) ? nil : row
    }
  }

  /// The same by cgroup, those with most losses first, then those that did most.
  func cgroupRows(kernel: [CgroupID: CgroupCounts]) -> [CgroupRow] {
    var copy = self
    copy.putBack()
    copy.fold(kernel)
    let tallies = copy.tallies
    var kernel = kernel
    kernel[.others, default: CgroupCounts()] += gone
    let rows = kernel.map { cgroup, counts in
      let tally = tallies[cgroup] ?? Tally()
      return CgroupRow(
        subject: cgroup, seen: counts.seen, emitted: tally.emitted, filteredEarly: counts.filtered,
        filtered: tally.filtered, lost: counts.lost &+ tally.undecodable,
        causes: counts.causes(undecodable: tally.undecodable))
    }
    return rows.filter { $0.seen > 0 }
      .sorted { ($1.lost, $1.seen, $0.subject.number) < ($0.lost, $0.seen, $1.subject.number) }
  }

  /// Counts what has no row in the kernel among the others: a record may arrive when the row of its cgroup is gone.
  private mutating func fold(_ kernel: [CgroupID: CgroupCounts]) {
    for (cgroup, tally) in tallies where cgroup != .others && kernel[cgroup] == nil {
      tallies[.others, default: Tally()] += tally
      tallies[cgroup] = nil
    }
  }

  /// Where nearly all rows are in use, gives up those of cgroups that are gone: `forget` takes the kernel's, whose counts
  /// are among the others' from then on.
  mutating func makeRoom(
    kernel: [CgroupID: CgroupCounts], isGone: (CgroupID) -> Bool, forget: (CgroupID) -> Void
  ) {
    guard kernel.count > Probes.mostCgroups * 3 / 4 else { return }
    var kept = kernel
    for (cgroup, counts) in kernel where cgroup != .others && isGone(cgroup) {
      forget(cgroup)
      gone += counts
      kept[cgroup] = nil
    }
    putBack()
    fold(kept)
    current = (.others, tallies[.others] ?? Tally())
  }
}

extension CgroupCounts {
  fileprivate func causes(undecodable: UInt64) -> [Ledger.Part] {
    let parts: [(Loss.Cause, UInt64)] = [
      (.ringFull, lostRing), (.noScratch, lostScratch), (.unreadable, lostRead), (.shareSpent, lostShare),
      (.undecodable, undecodable),
    ]
    return parts.filter { $0.1 > 0 }.map { Ledger.Part(cause: $0.0, count: $0.1) }.sorted { $0.count > $1.count }
  }
}
