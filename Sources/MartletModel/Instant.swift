/// A moment: nanoseconds since the Unix epoch, UTC.
package struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// From a kernel `timespec`; out-of-range seconds saturate, as a file's times are whatever its owner wrote.
  package init(seconds: Int64, nanoseconds: UInt32) {
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else {
      self.nanoseconds = seconds < 0 ? .min : .max
      return
    }
    let (sum, tooLarge) = scaled.addingReportingOverflow(Int64(nanoseconds))
    self.nanoseconds = tooLarge ? .max : sum
  }

  package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// The kernel's monotonic clock and the wall clock, read at one moment: turns the first into the second.
package struct ClockBase: Hashable, Sendable, BitwiseCopyable {
  /// Wall-clock nanoseconds at monotonic zero.
  package let offset: Int64

  package init(offset: Int64) { self.offset = offset }

  /// The wall-clock time of a `CLOCK_MONOTONIC` reading in nanoseconds.
  package func instant(ktimeNS: UInt64) -> Instant {
    Instant(nanoseconds: offset &+ Int64(truncatingIfNeeded: ktimeNS))
  }
}
