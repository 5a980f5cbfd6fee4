import Glibc

/// A point in time on a clock that no one sets, `CLOCK_MONOTONIC`.
///
/// `ContinuousClock` would do, but its module brings along tasks, actors and their executor: 0.5 MB that nothing here needs.
package struct Moment: Comparable, Sendable {
  /// Since the machine was started.
  private let reading: Duration

  package static var now: Moment {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Moment(reading: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
  }

  /// As the system calls that wait want it.
  var time: timespec {
    let (seconds, attoseconds) = reading.components
    return timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
  }

  package static func < (left: Moment, right: Moment) -> Bool { left.reading < right.reading }

  package static func + (moment: Moment, time: Duration) -> Moment { Moment(reading: moment.reading + time) }

  package static func - (later: Moment, earlier: Moment) -> Duration { later.reading - earlier.reading }
}
