import MartletModel
import MartletSensor

/// Looks after the agent itself and what it relies on, and tells what happened to them.
struct SelfWatch {
  private var probes: ProbeWatch
  private var clock = ClockWatch()
  private var settings = SettingWatch()
  private var limits = LimitWatch()
  private var scope: ScopeWatch?
  private var evicted: [String: UInt64] = [:]
  /// What goes on, by kind and subject.
  private var lasting: [Subject: Disturbance] = [:]
  private var lastLook = Moment.now

  private struct Subject: Hashable {
    let kind: Disturbance.Kind
    let name: String
  }

  /// Between two looks. What is done to the agent is told within two seconds.
  private static let period = Duration.seconds(1)

  /// Begins with how all is now; `clock` is that of the records.
  init(_ probes: borrowing Probes, scope: WatchScope, clock: HostClock) {
    self.probes = ProbeWatch(probes)
    self.scope = scope == .tree ? ScopeWatch(clock: clock) : nil
  }

  /// What goes on that should not.
  var lastingDisturbances: [Disturbance] { lasting.values.sorted { $0.description < $1.description } }

  /// Whether nothing goes on that should not.
  private var isHealthy: Bool { lasting.isEmpty }

  /// The agent itself has given up what the probes had counted of a cgroup.
  mutating func forget(_ cgroup: CgroupID) { probes.forget(cgroup) }

  /// Somebody had the agent go on after it was stopped.
  mutating func wasContinued(by pid: UInt32) { clock.continuedBy = pid }

  /// What happened since the last call. To be called whenever the agent has waited; it looks once a second, or at once
  /// where `isLast`.
  mutating func look(
    _ probes: inout Probes, _ ring: borrowing RingBuffer, _ pipeline: Pipeline, _ inspection: Inspection,
    isLast: Bool = false
  ) -> [Disturbance] {
    var found = clock.look(isLast: isLast)
    let now = Moment.now
    if isLast || !found.isEmpty || now - lastLook >= Self.period {
      lastLook = now
      // The limits first: without descriptors nothing else can be looked at.
      found += limits.look() + self.probes.look(&probes) + settings.look() + (scope?.look(&probes, pipeline) ?? [])
      found += [tracer(), moved(ring)].compactMap(\.self)
      found += evictions(pipeline.evictions + [("variables", inspection.evictions)])
      found = changes(found)
    }
    for index in found.indices {
      found[index].time = .now
      found[index].isHealthy = isHealthy
    }
    return found
  }

  /// Of what was found that which is news, and what is over.
  private mutating func changes(_ found: [Disturbance]) -> [Disturbance] {
    var still: [Subject: Disturbance] = [:]
    var news: [Disturbance] = []
    for disturbance in found {
      guard disturbance.state == .lasting else {
        news.append(disturbance)
        continue
      }
      let subject = Subject(kind: disturbance.kind, name: disturbance.subject)
      if lasting[subject].map({ $0.detail != disturbance.detail || $0.amount != disturbance.amount }) ?? true {
        news.append(disturbance)
      }
      still[subject] = disturbance
    }
    let ended = lasting.filter { still[$0.key] == nil }.values.sorted { $0.description < $1.description }
    for var disturbance in ended {
      disturbance.state = .over
      news.append(disturbance)
    }
    lasting = still
    return news
  }

  private func tracer() -> Disturbance? {
    guard let pid = OwnStatus.tracer.number, pid != 0 else { return nil }
    return Disturbance(.traced, .lasting, amount: pid)
  }

  private func moved(_ ring: borrowing RingBuffer) -> Disturbance? {
    let bytes = ring.takeMoved()
    return bytes == 0 ? nil : Disturbance(.ringMoved, .mended, amount: bytes)
  }

  private mutating func evictions(_ totals: [(name: String, count: UInt64)]) -> [Disturbance] {
    totals.compactMap { name, total in
      let count = total &- (evicted[name] ?? 0)
      evicted[name] = total
      return count == 0 ? nil : Disturbance(.contextEvicted, .past, subject: name, amount: count)
    }
  }
}
