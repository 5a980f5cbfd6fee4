import MartletModel

/// A span of time, in milliseconds for eyes.
struct Elapsed {
  /// Saturated where the two moments are further apart than 292 years.
  let nanoseconds: Int64

  init(from start: Instant, to end: Instant) {
    let (difference, overflow) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
    nanoseconds = overflow ? (end < start ? .min : .max) : difference
  }

  /// `1.204`, `-0.001`: seconds, what is below a millisecond cut off.
  var seconds: String {
    let milliseconds = nanoseconds.magnitude / 1_000_000
    let fraction = String(milliseconds % 1000)
    let sign = nanoseconds < 0 && milliseconds > 0 ? "-" : ""
    return sign + "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
