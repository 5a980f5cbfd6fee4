internal import CLibbpf
internal import CMartletABI
import Glibc
package import MartletModel

/// What the kernel side counted for one event type.
package struct KernelCounts: Hashable, Sendable {
  /// Activity in scope that is an event of the type.
  package var seen: UInt64 = 0
  /// What no rule can hold for.
  package var filtered: UInt64 = 0
  /// Losses: no room in the ring buffer; a share of it that is spent; nowhere to build the record; an object that could
  /// not be read; a child that could not be put in the scope.
  package var lostRing: UInt64 = 0
  package var lostShare: UInt64 = 0
  package var lostScratch: UInt64 = 0
  package var lostRead: UInt64 = 0
  package var lostScope: UInt64 = 0
  /// Records whose making was timed, and how many nanoseconds those took.
  package var sampled: UInt64 = 0
  package var sampledNS: UInt64 = 0

  /// Losses of what was seen. A child that could not be followed is not among them: its fork is told all the same.
  package var lost: UInt64 { lostRing &+ lostShare &+ lostScratch &+ lostRead }

  /// What the probes spent on the records of this type, extrapolated from the timed ones, in nanoseconds.
  package var estimatedNS: UInt64 {
    sampled == 0 ? 0 : UInt64(Double(sampledNS) / Double(sampled) * Double(seen &- filtered))
  }

  package init() {}

  fileprivate mutating func add(_ row: martlet_ledger) {
    seen &+= row.seen
    filtered &+= row.filtered
    lostRing &+= row.lost_ring
    lostShare &+= row.lost_share
    lostScratch &+= row.lost_scratch
    lostRead &+= row.lost_read
    lostScope &+= row.lost_scope
    sampled &+= row.sampled
    sampledNS &+= row.sampled_ns
  }
}

/// What the kernel side counted for one cgroup, of all types.
package struct CgroupCounts: Hashable, Sendable {
  package var seen: UInt64 = 0
  package var filtered: UInt64 = 0
  /// Losses, as `KernelCounts` has them.
  package var lostRing: UInt64 = 0
  package var lostShare: UInt64 = 0
  package var lostScratch: UInt64 = 0
  package var lostRead: UInt64 = 0

  package var lost: UInt64 { lostRing &+ lostShare &+ lostScratch &+ lostRead }

  package init() {}

  fileprivate init(_ row: martlet_cgroup_ledger) {
    (seen, filtered) = (row.seen, row.filtered)
    (lostRing, lostShare, lostScratch, lostRead) = (row.lost_ring, row.lost_share, row.lost_scratch, row.lost_read)
  }

  package static func += (sum: inout Self, more: Self) {
    sum.seen &+= more.seen
    sum.filtered &+= more.filtered
    sum.lostRing &+= more.lostRing
    sum.lostShare &+= more.lostShare
    sum.lostScratch &+= more.lostScratch
    sum.lostRead &+= more.lostRead
  }
}

extension Probes {
  /// Cgroups that the kernel side counts apart.
  package static let mostCgroups = Int(MARTLET_CGROUPS)

  /// What the probes counted so far, by event type.
  ///
  /// Whatever has an outcome in it was seen: what is missing is on its way.
  package func ledger() throws(SensorError) -> [EventType: KernelCounts] {
    var rows = [martlet_ledger](repeating: martlet_ledger(), count: processors)
    var counts: [EventType: KernelCounts] = [:]
    for type in EventType.allCases {
      var key = UInt32(type.rawValue)
      guard unsafe bpf_map_lookup_elem(descriptor("ledger"), &key, &rows) == 0 else {
        throw .system("read the probes' ledger", errno: errno)
      }
      counts[type] = rows.reduce(into: KernelCounts()) { $0.add($1) }
    }
    return counts
  }

  /// The same by cgroup.
  package func cgroupLedger() throws(SensorError) -> [CgroupID: CgroupCounts] {
    let map = descriptor("cgroup_ledger")
    var rows = [martlet_cgroup_ledger](repeating: martlet_cgroup_ledger(), count: processors)
    var counts: [CgroupID: CgroupCounts] = [:]
    var (previous, key): (UInt64, UInt64) = (0, 0)
    var result = unsafe bpf_map_get_next_key(map, nil, &key)
    guard result == 0 || errno == ENOENT else { throw .system("read the probes' ledger", errno: errno) }
    // A row that goes away meanwhile lets the kernel begin anew.
    while result == 0, counts.count <= Self.mostCgroups {
      if unsafe bpf_map_lookup_elem(map, &key, &rows) == 0 {
        counts[CgroupID(key)] = rows.reduce(into: CgroupCounts()) { $0 += CgroupCounts($1) }
      }
      previous = key
      result = unsafe bpf_map_get_next_key(map, &previous, &key)
    }
    return counts
  }

  /// All that was lost of what was seen; `nil` where that cannot be read.
  package var lossCount: UInt64? {
    var (zero, losses): (UInt32, martlet_losses) = (0, martlet_losses())
    return unsafe bpf_map_lookup_elem(descriptor(".data.losses"), &zero, &losses) == 0 ? losses.count : nil
  }

  /// Has the probes count losses on from `count`. False where that cannot be.
  func setLossCount(_ count: UInt64) -> Bool {
    var (zero, losses): (UInt32, martlet_losses) = (0, martlet_losses(count: count))
    return unsafe bpf_map_update_elem(descriptor(".data.losses"), &zero, &losses, UInt64(BPF_ANY)) == 0
  }

  /// How long who filled the ring was held up, all together, in nanoseconds.
  package var heldNS: UInt64 {
    var (zero, reader): (UInt32, martlet_reader) = (0, martlet_reader())
    return unsafe bpf_map_lookup_elem(descriptor(".data.reader"), &zero, &reader) == 0 ? reader.held_ns : 0
  }

  /// Gives up the row of a cgroup that is gone, so that a new one finds room. What it has is told no more.
  package func forget(_ cgroup: CgroupID) {
    var key = cgroup.number
    _ = unsafe bpf_map_delete_elem(descriptor("cgroup_ledger"), &key)
  }

  /// Makes the row of those cgroups that have none.
  func openLedger() throws(SensorError) {
    var key = CgroupID.others.number
    let rows = [martlet_cgroup_ledger](repeating: martlet_cgroup_ledger(), count: processors)
    guard unsafe bpf_map_update_elem(descriptor("cgroup_ledger"), &key, rows, UInt64(BPF_ANY)) == 0 else {
      throw .system("open the probes' ledger", errno: errno)
    }
  }

  private var processors: Int { Int(max(1, libbpf_num_possible_cpus())) }
}
