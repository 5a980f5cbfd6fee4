import CLinux
import Glibc
import LinuxHost
import MartletModel
import MartletOutput
import MartletRules

/// A signal that a rule has for the processes of one match, from the decision to the end of those processes.
final class KillOrder {
  let kill: Action.Kill
  let rule: ObjectIdentifier
  /// The process that acted.
  let process: ProcessImage
  private(set) var report: KillReport
  /// When nobody waits for it any more.
  private var deadline: Moment
  private var isWithdrawn = false
  /// Whom it is for, and who of them was signalled and has not ended yet.
  private var targets: Set<UInt32>
  private(set) var pending: Set<UInt32> = []
  /// Ticks from boot to the event: a process that began later only has the pid.
  private let latestStart: UInt64

  /// How long after the signal an end is waited for, and how much longer while it may be among what the agent has yet to read.
  private static let patience = Duration.seconds(2)
  private static let patienceBehind = Duration.seconds(30)

  init(
    _ kill: Action.Kill, of rule: ObjectIdentifier, for event: Event, targets: Set<UInt32>, number: UInt64,
    clock: HostClock, now: Moment
  ) {
    self.kill = kill
    self.rule = rule
    self.targets = targets
    process = event.process
    deadline = now + Self.patience
    latestStart = clock.ticks(to: event.time)
    report = KillReport(
      number: number, signal: kill.signal, scope: kill.scope.rawValue,
      created: event.process.execTime ?? event.process.forkTime, detected: event.time)
  }

  /// Whether nothing is known of it yet that would be told; `isBehind` if more happened by `now` than the agent knows.
  func isOpen(at now: Moment, isBehind: Bool = false) -> Bool {
    (isQueued || !pending.isEmpty) && !isWithdrawn && now < deadline + (isBehind ? Self.patienceBehind : .zero)
  }

  var isQueued: Bool { report.status == .queued }
  /// Whether a match waits for it.
  var ends: Bool { kill.number == SIGKILL }

  /// Has it wait until `start`.
  func queue(until start: Moment) { deadline = start + Self.patience }

  /// Has it end without a signal.
  func withdraw() { isWithdrawn = true }

  /// The same, because its rule may not act any more, or there is no room.
  func refuse(_ status: KillReport.Status, by disarmer: Action.Kill.Disarmer? = nil) {
    report.status = status
    report.disarmer = disarmer?.rawValue ?? ""
  }

  /// Sends the signal. Returns the processes whose end it waits for.
  func perform(now: Moment) -> Set<UInt32> {
    report.killed = .now
    deadline = now + Self.patience
    let reached = targets.count { signal($0, latestStart: latestStart) }
    report.status = reached == targets.count ? .performed : reached > 0 ? .partiallyPerformed : .error
    return pending
  }

  /// Sends it to those, too, who came into the container or the control group after the event. Returns those of them whose end
  /// it waits for.
  func pursue(_ group: Set<UInt32>) -> Set<UInt32> {
    let newcomers = group.subtracting(targets)
    targets.formUnion(newcomers)
    return newcomers.filter { signal($0, latestStart: .max) }
  }

  private func signal(_ pid: UInt32, latestStart: UInt64) -> Bool {
    let descriptor = clinux_open_process(pid)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // The descriptor stays the process's that has the pid now: whose it is can be looked at in peace.
    guard let stat = contents(of: "/proc/\(pid)/stat").flatMap({ ProcessStat($0.span) }), !stat.isZombie,
      stat.startTicks <= latestStart, clinux_signal_process(descriptor, kill.number) == 0
    else { return false }
    if ends { pending.insert(pid) }
    return true
  }

  /// Takes note that a process has ended.
  func noteEnd(of pid: UInt32, at time: Instant) {
    guard pending.remove(pid) != nil else { return }
    if pid == process.pid || report.exited == nil { report.exited = time }
  }
}
