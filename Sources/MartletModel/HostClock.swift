/// The clocks of the host a stream of records comes from, as they stood when it began.
package struct HostClock: Hashable, Sendable, BitwiseCopyable {
  /// For times of records.
  package let monotonic: ClockBase
  /// Wall-clock nanoseconds at boot, suspended time included: for times that `/proc` counts from boot.
  package let boot: Int64
  /// Ticks a second of those times.
  package let ticksPerSecond: Int64

  package init(monotonic: ClockBase, boot: Int64, ticksPerSecond: Int64) {
    self.monotonic = monotonic
    self.boot = boot
    self.ticksPerSecond = ticksPerSecond
  }

  /// The wall-clock time of so many clock ticks after boot.
  package func instant(ticks: UInt64) -> Instant {
    let scale = 1_000_000_000 / max(1, ticksPerSecond)
    let (after, overflow) = Int64(truncatingIfNeeded: ticks).multipliedReportingOverflow(by: scale)
    return Instant(nanoseconds: boot &+ (overflow ? 0 : after))
  }

  /// Clock ticks from boot to `instant`; 0 for what was before.
  package func ticks(to instant: Instant) -> UInt64 {
    UInt64(max(0, instant.nanoseconds &- boot) / (1_000_000_000 / max(1, ticksPerSecond)))
  }
}
