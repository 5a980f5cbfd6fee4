import LinuxHost
import MartletModel

/// The processes that run when the probes begin to watch, read twice.
///
/// The first reading is before the probes are attached, the second after. What happened before the first is in `/proc`,
/// and what happens from the attachment on comes as records: so the second one takes in what was born in between, reads
/// anew what became another image in between, and leaves alone whose birth a record will tell.
struct Census {
  /// What tells a process and its image from another one of the same pid.
  private struct Sighting: Equatable {
    let startTicks: UInt64
    let imagePlaces: [UInt64]
  }

  let host: any Host
  let clock: HostClock
  private var seen: [UInt32: Sighting] = [:]

  /// Clocks of processes tick hundred times a second, and those of attachments more finely.
  private static let uncertainty: Int64 = 20_000_000

  init(host: any Host, clock: HostClock) {
    self.host = host
    self.clock = clock
  }

  /// The first reading: those of `pids` that run programs, the oldest first.
  mutating func begin(_ pids: [UInt32]) -> [UInt32] {
    for pid in pids { seen[pid] = sighting(of: pid) }
    return seen.sorted { ($0.value.startTicks, $0.key) < ($1.value.startTicks, $1.key) }.map(\.key)
  }

  /// The second reading, after the probes were attached at a time: those of `pids` that have to be read anew, the oldest
  /// first, and those that are gone since the first.
  mutating func complete(_ pids: [UInt32], attached: Instant) -> (changed: [UInt32], gone: [UInt32]) {
    var present: [UInt32: Sighting] = [:]
    for pid in pids { present[pid] = sighting(of: pid) }
    let changed = present.filter { pid, now in
      now != seen[pid]
        && clock.instant(ticks: now.startTicks).nanoseconds <= attached.nanoseconds &+ Self.uncertainty
    }
    let gone = seen.keys.filter { present[$0] == nil }
    return (changed.sorted { ($0.value.startTicks, $0.key) < ($1.value.startTicks, $1.key) }.map(\.key), gone)
  }

  private func sighting(of pid: UInt32) -> Sighting? {
    guard let stat = host.answer(.stat(pid: pid)).flatMap({ ProcessStat($0.span) }), !stat.isKernelThread,
      !stat.isZombie
    else { return nil }
    return Sighting(startTicks: stat.startTicks, imagePlaces: stat.imagePlaces)
  }
}
