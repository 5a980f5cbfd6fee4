/// A duration as programs of the field write it, with the largest unit that it has one of, and below a minute with a fraction:
/// `1h2m3.5s`, `350.2ms`, `12µs`, `0s`.
func durationText(_ nanoseconds: Int64) -> String {
  let sign = nanoseconds < 0 ? "-" : ""
  let rest = nanoseconds.magnitude
  switch rest {
  case 0: return "0s"
  case ..<1_000: return sign + "\(rest)ns"
  case ..<1_000_000: return sign + decimal(rest, of: 1_000) + "µs"
  case ..<1_000_000_000: return sign + decimal(rest, of: 1_000_000) + "ms"
  default:
    let (minutes, seconds) = rest.quotientAndRemainder(dividingBy: 60_000_000_000)
    let hours = minutes >= 60 ? "\(minutes / 60)h" : ""
    return sign + hours + (minutes > 0 ? "\(minutes % 60)m" : "") + decimal(seconds, of: 1_000_000_000) + "s"
  }
}

/// A number of units, `unit` being one, without zeroes at the end.
private func decimal(_ number: UInt64, of unit: UInt64) -> String {
  let (whole, fraction) = number.quotientAndRemainder(dividingBy: unit)
  guard fraction > 0 else { return "\(whole)" }
  var digits = "\(unit + fraction)".dropFirst()
  while digits.last == "0" { digits.removeLast() }
  return "\(whole).\(digits)"
}
