/// A date and time of RFC 3339, of any year from 1 to 9999.
struct DateTime {
  /// Days from 1970-01-01 to the date, as written.
  let day: Int64
  /// Seconds since midnight, as written.
  let secondOfDay: Int64
  /// Digits past the ninth are dropped.
  let nanosecond: Int64
  /// How far the written time is ahead of UTC, in seconds.
  let offset: Int64

  /// The moment in UTC; nil if a `Timestamp` cannot hold it.
  var timestamp: Timestamp? {
    let seconds = day &* 86_400 &+ secondOfDay &- offset
    // Before the epoch the fraction counts up from a second that may lie below the range.
    let borrow: Int64 = seconds < 0 ? 1 : 0
    let (whole, overflow) = (seconds &+ borrow).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(nanosecond &- borrow &* 1_000_000_000)
    return overflow || carry ? nil : Timestamp(nanoseconds: sum)
  }

  /// The date and time that `text` spells; nil if it does not follow RFC 3339. As the validators that know the format
  /// do, this refuses leap seconds and the year 0.
  @inline(__always)
  init?(_ text: Span<UInt8>) {
    // YYYY-MM-DDTHH:MM:SS, then perhaps a fraction, then Z or an offset
    guard text.count >= 20, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      text[10] | 0x20 == UInt8(ascii: "t"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
      let century = Self.pair(text, 0), let yearOfCentury = Self.pair(text, 2), let month = Self.pair(text, 5),
      let dayOfMonth = Self.pair(text, 8), let hour = Self.pair(text, 11), let minute = Self.pair(text, 14),
      let second = Self.pair(text, 17), hour < 24, minute < 60, second < 60
    else { return nil }
    let date = CivilDate(year: century &* 100 &+ yearOfCentury, month: month, day: dayOfMonth)
    guard date.year > 0, 1...12 ~= month, dayOfMonth >= 1, dayOfMonth <= date.daysInMonth else { return nil }

    var index = 19
    var nanosecond: Int64 = 0
    if text[index] == UInt8(ascii: ".") {
      index &+= 1
      let first = index
      var unit: Int64 = 100_000_000
      while index < text.count, let digit = Self.digit(text, index) {
        nanosecond &+= digit &* unit
        unit /= 10
        index &+= 1
      }
      guard index > first else { return nil }
    }
    guard index < text.count else { return nil }
    switch text[index] {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      guard index &+ 1 == text.count else { return nil }
      offset = 0
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard index &+ 6 == text.count, text[index &+ 3] == UInt8(ascii: ":"),
        let hours = Self.pair(text, index &+ 1), let minutes = Self.pair(text, index &+ 4), hours < 24, minutes < 60
      else { return nil }
      let size = hours &* 3600 &+ minutes &* 60
      offset = text[index] == UInt8(ascii: "-") ? 0 &- size : size
    default: return nil
    }
    day = date.daysSinceEpoch
    secondOfDay = hour &* 3600 &+ minute &* 60 &+ second
    self.nanosecond = nanosecond
  }

  @inline(__always)
  private static func digit(_ text: Span<UInt8>, _ index: Int) -> Int64? {
    let digit = text[index] &- 0x30
    return digit < 10 ? Int64(digit) : nil
  }

  @inline(__always)
  private static func pair(_ text: Span<UInt8>, _ index: Int) -> Int64? {
    guard let tens = digit(text, index), let ones = digit(text, index &+ 1) else { return nil }
    return tens &* 10 &+ ones
  }
}
