import MartletModel

/// Notices that what the probes have counted became less: they only count upwards, so that somebody else wrote.
struct CounterWatch {
  private var losses: UInt64 = 0
  private var cgroups: [CgroupID: CgroupCounts] = [:]

  mutating func look(_ probes: borrowing Probes) -> [Disturbance] {
    [lookAtLosses(probes), lookAtCgroups(probes)].compactMap(\.self)
  }

  /// The agent itself has given up the row of this one.
  mutating func forget(_ cgroup: CgroupID) { cgroups[cgroup] = nil }

  /// By these it is marked what was found while events were lost: they go on from where they were.
  private mutating func lookAtLosses(_ probes: borrowing Probes) -> Disturbance? {
    guard let found = probes.lossCount else { return nil }
    guard found < losses else {
      losses = found
      return nil
    }
    guard probes.setLossCount(losses &+ found) else {
      return Disturbance(.mapWritten, .lasting, subject: ".data.losses")
    }
    losses &+= found
    return Disturbance(.mapWritten, .mended, subject: ".data.losses")
  }

  private mutating func lookAtCgroups(_ probes: borrowing Probes) -> Disturbance? {
    guard let found = try? probes.cgroupLedger() else { return nil }
    var isLess = false
    if cgroups.contains(where: { $0.value.isMore(than: found[$0.key]) }) {
      // A row may be passed over while others come and go.
      guard let again = try? probes.cgroupLedger() else { return nil }
      isLess = cgroups.contains { $0.value.isMore(than: again[$0.key]) }
    }
    cgroups = found
    guard isLess else { return nil }
    if found[.others] == nil { try? probes.openLedger() }
    return Disturbance(.mapWritten, .past, subject: "cgroup_ledger")
  }
}

extension CgroupCounts {
  fileprivate func isMore(than other: Self?) -> Bool {
    guard let other else { return true }
    return seen > other.seen || filtered > other.filtered || lost > other.lost
  }
}
