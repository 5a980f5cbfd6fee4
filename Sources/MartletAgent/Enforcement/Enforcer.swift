import Glibc
import MartletModel
import MartletOutput
import MartletRules

/// Sends processes the signals that rules have for them, and tells what came of it.
///
/// A match whose processes are to end is kept back until they have, so that it tells of that, too: two seconds at most after
/// the signal, and half a minute more while the agent is behind with what happened. Of such matches there are only so many;
/// others leave at once, with what is known by then.
final class Enforcer {
  /// An event that waited, and its matches.
  typealias HeldEvent = (event: Event, matches: [Match])

  private let options: EnforcementOptions
  private let pipeline: Pipeline
  private var clock: HostClock
  private var safeties: [ObjectIdentifier: RuleSafety] = [:]
  /// Orders that are not done with, by their numbers.
  private var orders: [UInt64: KillOrder] = [:]
  /// Numbers of those that wait for the end of a process, by its pid.
  private var waiting: [UInt32: [UInt64]] = [:]
  private var held: [HeldEvent] = []
  private var lastNumber: UInt64 = 0
  /// This program and its shipper.
  private let own: Set<String>
  /// Orders that were carried out, at least in part.
  private(set) var kills: UInt64 = 0

  private let mostOrders: Int
  private static let mostHeld = 1024

  /// - Parameter mostOrders: that are not done with. Of more none waits: neither for its time, nor for the end of a process.
  init(_ options: EnforcementOptions, _ pipeline: Pipeline, clock: HostClock, mostOrders: Int = 4096) {
    self.options = options
    self.mostOrders = mostOrders
    self.pipeline = pipeline
    self.clock = clock
    let path = unsafe realpath("/proc/self/exe", nil)
    defer { unsafe free(path) }
    let executable = unsafe path.map { unsafe String(cString: $0) } ?? ""
    own = [executable, executable + "-ship"]
  }

  /// The host's clock was set.
  func setClock(_ clock: HostClock) { self.clock = clock }

  /// Other rules are asked from now on. What waits for the present ones is not done.
  func forgetRules() {
    safeties = [:]
    for order in orders.values where order.isQueued { order.withdraw() }
  }

  // MARK: A match

  /// Does what `rule` wants done about `event`, or has it wait. Returns what is to be told of that; `nil` where nothing may
  /// be done.
  func act(_ kill: Action.Kill, of rule: Rule, on event: Event, now: Moment = .now) -> KillReport? {
    guard let targets = targets(of: kill, event.process), !targets.contains(where: isSpared) else { return nil }
    lastNumber += 1
    let id = ObjectIdentifier(rule)
    let order = KillOrder(
      kill, of: id, for: event, targets: Set(targets.map(\.pid)), number: lastNumber, clock: clock, now: now)
    var safety = safeties[id] ?? RuleSafety(options, now: now)
    let verdict = safety.meet(keys(of: kill, event.process), now: now)
    safeties[id] = safety
    let hasRoom = orders.count < mostOrders
    if hasRoom { orders[lastNumber] = order }
    switch verdict {
    case .act: perform(order, now: now)
    case .wait: if hasRoom { order.queue(until: safety.start) } else { order.refuse(.error) }
    case .disarmed(let disarmer): order.refuse(.disarmed, by: disarmer)
    case .dismantled(let disarmer):
      order.refuse(.dismantled, by: disarmer)
      for order in orders.values where order.rule == id && order.isQueued { order.refuse(.dismantled, by: disarmer) }
    }
    if !order.isOpen(at: now) { orders[lastNumber] = nil }
    return order.report
  }

  private func keys(of kill: Action.Kill, _ process: ProcessImage) -> [Action.Kill.Disarmer: String] {
    var keys: [Action.Kill.Disarmer: String] = [:]
    if kill.disarmers.contains(.container), let container = process.container { keys[.container] = container.id }
    if kill.disarmers.contains(.executable) { keys[.executable] = process.executable.path }
    return keys
  }

  /// Whom a rule means; `nil` where that is not known.
  private func targets(of kill: Action.Kill, _ process: ProcessImage) -> [ProcessImage]? {
    let directory: String?
    switch kill.scope {
    case .process: return [process]
    case .container: directory = process.container.flatMap { Self.directory(of: $0, process.cgroup) }
    case .cgroup: directory = Self.directory(process.cgroup)
    }
    guard let directory else { return nil }
    // The kernel knows who is in it now; an image only where it was when it began.
    let levels = kill.scope == .container ? RunningProcesses.deepest : 0
    let members = Set(RunningProcesses.members(of: directory, below: levels))
    return pipeline.images.filter { members.contains($0.pid) }
  }

  /// The directory of a control group; `nil` for the root, and where there is none.
  private static func directory(_ path: String) -> String? {
    guard path.utf8.count > 1 else { return nil }
    return ["", "/unified", "/systemd", "/pids", "/memory"].lazy.map { "/sys/fs/cgroup\($0)\(path)" }
      .first { unsafe access($0 + "/cgroup.procs", R_OK) == 0 }
  }

  /// The same of a container, which may have others below its own.
  private static func directory(of container: Container, _ path: String) -> String? {
    let parts = path.split(separator: "/")
    guard let last = parts.lastIndex(where: { $0.contains(container.id) }) else { return nil }
    return directory("/" + parts[...last].joined(separator: "/"))
  }

  /// Whether nobody may touch it: whom all need, who is not known, and what is ours.
  private func isSpared(_ process: ProcessImage) -> Bool {
    let path = process.executable.path
    return process.pid <= 1 || process.pid == UInt32(getpid()) || process.isKernelWorker
      || [.placeholder, .unknown].contains(process.source) || own.contains(path)
      || options.spared.contains { unsafe fnmatch($0, path, 0) == 0 }
  }

  private func perform(_ order: KillOrder, now: Moment) {
    wait(for: order.perform(now: now), order)
    if order.report.status != .error { kills &+= 1 }
  }

  private func wait(for pids: Set<UInt32>, _ order: KillOrder) {
    guard orders[order.report.number] != nil else { return }
    for pid in pids { waiting[pid, default: []].append(order.report.number) }
  }

  private func remove(_ order: KillOrder) {
    orders[order.report.number] = nil
    for pid in order.pending {
      waiting[pid]?.removeAll { $0 == order.report.number }
      if waiting[pid]?.isEmpty == true { waiting[pid] = nil }
    }
  }

  // MARK: What waits

  /// Keeps an event back if processes are to end that it has matches about; `false` if it is to leave at once.
  func keepsBack(_ event: Event, _ matches: [Match]) -> Bool {
    guard !orders.isEmpty, held.count < Self.mostHeld, isWaiting(matches) else { return false }
    held.append((event, matches))
    return true
  }

  private func isWaiting(_ matches: [Match]) -> Bool {
    matches.contains { $0.actions.contains { action in order(of: action)?.ends == true } }
  }

  private func order(of action: ActionReport) -> KillOrder? {
    guard case .kill(let report) = action else { return nil }
    return orders[report.number]
  }

  /// Takes note that a process has ended.
  func noteEnd(of pid: UInt32, at time: Instant) {
    for number in waiting.removeValue(forKey: pid) ?? [] { orders[number]?.noteEnd(of: pid, at: time) }
  }

  /// Does what has waited long enough, and returns the events that need wait no longer: all of them if `isLast`.
  ///
  /// - Parameter isBehind: whether more has happened than the agent knows.
  func turn(isLast: Bool = false, isBehind: Bool = false, now: Moment = .now) -> [HeldEvent] {
    var groups: Set<String> = []
    for order in orders.values {
      if order.isQueued {
        if let start = safeties[order.rule]?.start, start <= now { perform(order, now: now) }
      } else if order.ends, order.kill.scope != .process, groups.insert(order.process.cgroup).inserted {
        let targets = targets(of: order.kill, order.process) ?? []
        wait(for: order.pursue(Set(targets.filter { !isSpared($0) }.map(\.pid))), order)
      }
    }
    let done = orders.values.filter { isLast || !$0.isOpen(at: now, isBehind: isBehind) }
    guard !done.isEmpty else { return [] }
    for index in held.indices { bringUpToDate(&held[index].matches) }
    for order in done { remove(order) }
    var released: [HeldEvent] = []
    held.removeAll { event in
      if isWaiting(event.matches) { return false }
      released.append(event)
      return true
    }
    return released
  }

  /// Has matches tell what has become of their orders by now.
  private func bringUpToDate(_ matches: inout [Match]) {
    for match in matches.indices {
      for action in matches[match].actions.indices {
        if let order = order(of: matches[match].actions[action]) {
          matches[match].actions[action] = .kill(order.report)
        }
      }
    }
  }
}
