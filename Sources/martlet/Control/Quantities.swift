import Glibc
import MartletSchema

/// A count in at most five columns: `999`, `12.3k`, `4.56M`.
func short(_ count: Double) -> String {
  guard count.isFinite, count >= 0 else { return "?" }
  if count < 9.95, count != count.rounded() { return decimal(count, 1) }
  if count < 99_999.5 { return "\(Int(count.rounded()))" }
  for (unit, scale) in [("k", 1e3), ("M", 1e6), ("G", 1e9)] where count < scale * 999.5 {
    return decimal(count / scale, count < scale * 99.5 ? 1 : 0) + unit
  }
  return "∞"
}

func short(_ count: UInt64) -> String { short(Double(count)) }

/// Bytes in powers of 1024: `0`, `512 KiB`, `41.3 MiB`.
func size(_ bytes: UInt64) -> String {
  for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << UInt64(shift) {
    return decimal(Double(bytes) / Double(1 << UInt64(shift)), 1) + " " + unit
  }
  return "\(bytes)"
}

/// A number below 10^15 with so many digits behind the point.
func decimal(_ number: Double, _ digits: Int) -> String {
  let scale = digits == 0 ? 1.0 : digits == 1 ? 10 : 100
  let scaled = (number * scale).rounded()
  guard scaled.isFinite, abs(scaled) < 1e15 else { return "?" }
  let whole = Int(scaled)
  let unit = Int(scale)
  if digits == 0 { return "\(whole)" }
  let rest = "\(abs(whole % unit))"
  return "\(whole < 0 ? "-" : "")\(abs(whole / unit)).\(String(repeating: "0", count: digits - rest.count))\(rest)"
}

/// A time span in its two largest units: `3 d 4 h`, `12 s`.
func span(_ seconds: Int64) -> String {
  let seconds = max(seconds, 0)
  let units: [(String, Int64)] = [("d", 86400), ("h", 3600), ("min", 60), ("s", 1)]
  let first = units.firstIndex { seconds >= $0.1 } ?? 3
  var text = "\(seconds / units[first].1) \(units[first].0)"
  if first < 3, seconds % units[first].1 >= units[first + 1].1 {
    text += " \(seconds % units[first].1 / units[first + 1].1) \(units[first + 1].0)"
  }
  return text
}

/// A moment that a message tells; `nil` if it tells none.
struct ToldTime {
  let nanoseconds: Int64

  init?(_ value: JSONValue?) {
    guard case .string(let text)? = value else { return nil }
    var reader = JSONReader()
    let quoted = Array("\"\(text)\"".utf8)
    guard let time = try? unsafe reader.readTimestamp(quoted.span.bytes) else { return nil }
    nanoseconds = time.nanoseconds
  }

  /// How long ago it was.
  var ago: String { span((ToldTime.now - nanoseconds) / 1_000_000_000) }

  /// Of the day, where this program runs: `09:45:12.123`.
  var ofDay: String {
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let milliseconds = "\(max(nanoseconds % 1_000_000_000, 0) / 1_000_000)"
    return unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))."
      + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds
  }

  private static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Rows of cells below each other, a head first. Columns of numbers are to the right.
func table(_ rows: [[String]]) -> [String] {
  let columns = rows.first?.indices ?? 0..<0
  let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
  let areNumbers = columns.map { column in
    rows.dropFirst().allSatisfy { $0[column].first.map { $0 == "-" || $0.isNumber } ?? false }
  }
  return rows.map { row in
    let cells = columns.map { column in
      let blanks = String(repeating: " ", count: widths[column] - row[column].count)
      return areNumbers[column] ? blanks + row[column] : row[column] + blanks
    }
    let line = cells.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
