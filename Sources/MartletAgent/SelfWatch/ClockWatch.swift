import Glibc
import MartletModel

/// Notices that the agent did not run for a while: it was stopped, frozen, starved, or held up by who takes its output;
/// or that the machine slept.
struct ClockWatch {
  /// Nanoseconds of the clock that stands still while the machine sleeps, of the one that does not, and of our own work.
  private struct Reading {
    let awake = HostClock.monotonicNow
    let boot = HostClock.reading(CLOCK_BOOTTIME)
    let worked = HostClock.workedNow
  }

  private var last = Reading()
  /// Who had the agent go on, if somebody did.
  var continuedBy: UInt32?
  /// Nanoseconds of a stall that was not told yet: who ended it may be known at the next look only.
  private var stall: Int64 = 0

  /// The agent waits forty milliseconds at a time at most.
  private static let notable: Int64 = 1_000_000_000

  /// What happened until the last call, or where `isLast` until now.
  mutating func look(isLast: Bool = false) -> [Disturbance] {
    let now = Reading()
    defer { last = now }
    let awake = now.awake - last.awake
    let idle = awake - (now.worked - last.worked)
    let slept = now.boot - last.boot - awake
    var found: [Disturbance] = []
    if slept >= Self.notable {
      found.append(Disturbance(.suspended, .past, amount: UInt64(slept / 1_000_000)))
    }
    if idle >= Self.notable {
      stall += idle
      guard isLast else { return found }
    }
    if stall > 0 {
      let detail = continuedBy.map { "continued by pid \($0)" } ?? ""
      found.append(Disturbance(.stalled, .past, detail: detail, amount: UInt64(stall / 1_000_000)))
    }
    (stall, continuedBy) = (0, nil)
    return found
  }
}
