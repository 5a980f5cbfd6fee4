/// A moment, in nanoseconds since 1970-01-01T00:00:00Z without leap seconds.
///
/// Covers 1677-09-21 to 2262-04-11. In an event it is an RFC 3339 text in UTC with up to nine fractional digits,
/// trailing zeros removed: `2024-10-02T14:03:07.1234Z`, `1970-01-01T00:00:00Z`.
public struct Timestamp: Hashable, Sendable, BitwiseCopyable {
  /// Nanoseconds since the Unix epoch; negative before it.
  public var nanoseconds: Int64

  /// The moment `nanoseconds` after the Unix epoch.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
}

extension Timestamp: Comparable {
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp: CustomStringConvertible {
  /// The text that stands in an event.
  public var description: String {
    var writer = JSONWriter(capacity: 40)
    writer.value(self)
    return String(writer.text.dropFirst().dropLast())
  }
}

/// A day of the proleptic Gregorian calendar, from the year 0 on.
struct CivilDate {
  var year: UInt32
  /// 1 to 12.
  var month: UInt32
  /// 1 to 31.
  var day: UInt32

  init(year: UInt32, month: UInt32, day: UInt32) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// From 0000-03-01 to 1970-01-01. Counting in years that begin in March puts the leap day last.
  private static let daysBeforeEpoch: Int64 = 719_468

  /// The date `days` after 1970-01-01, which must not lie before 0000-03-01.
  init(daysSinceEpoch days: Int64) {
    let days = UInt32(truncatingIfNeeded: days &+ Self.daysBeforeEpoch)
    let era = days / 146_097
    let dayOfEra = days &- era &* 146_097
    let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
    day = dayOfYear &- (153 &* monthFromMarch &+ 2) / 5 &+ 1
    month = monthFromMarch < 10 ? monthFromMarch &+ 3 : monthFromMarch &- 9
    year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to this date, whose year is at least 1.
  var daysSinceEpoch: Int64 {
    let marchYear = month <= 2 ? year &- 1 : year
    let era = marchYear / 400
    let yearOfEra = marchYear &- era &* 400
    let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
    let days = era &* 146_097 &+ yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
    return Int64(days) &- Self.daysBeforeEpoch
  }

  /// The number of days in this date's month.
  var daysInMonth: UInt32 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
