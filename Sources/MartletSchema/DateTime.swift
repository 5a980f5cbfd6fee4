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
  init?(_ text: RawSpan) {
    // YYYY-MM-DDTHH:MM:SS, then perhaps a fraction, then Z or an offset.
    let toLower: UInt64 = 0x20_0000  // T and t are the same
    guard text.byteCount >= 20,
      let date = Digits("0000-00-", unsafe text.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)),
      let day = Digits(
        "00t00:00", unsafe text.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self), setting: toLower),
      let time = Digits("00:00:00", unsafe text.unsafeLoadUnaligned(fromByteOffset: 11, as: UInt64.self))
    else { return nil }
    let civil = CivilDate(year: date.pair(0) &* 100 &+ date.pair(2), month: date.pair(5), day: day.pair(0))
    let (hour, minute, second) = (time.pair(0), time.pair(3), time.pair(6))
    guard civil.year > 0, 1...12 ~= civil.month, civil.day >= 1, civil.day <= civil.daysInMonth, hour < 24, minute < 60,
      second < 60
    else { return nil }

    var index = 19
    var nanosecond: Int64 = 0
    if Self.byte(text, index) == UInt8(ascii: ".") {
      index &+= 1
      let first = index
      var unit: Int64 = 100_000_000
      while index < text.byteCount, Self.byte(text, index) &- 0x30 < 10 {
        nanosecond &+= Int64(Self.byte(text, index) &- 0x30) &* unit
        unit /= 10
        index &+= 1
      }
      guard index > first else { return nil }
    }
    guard let offset = Self.offset(text, at: index) else { return nil }
    self.day = civil.daysSinceEpoch
    secondOfDay = Int64(hour &* 3600 &+ minute &* 60 &+ second)
    self.nanosecond = nanosecond
    self.offset = offset
  }

  /// The offset that the rest of `text` spells: `Z` or `+HH:MM` or `-HH:MM`.
  @inline(__always)
  private static func offset(_ text: RawSpan, at index: Int) -> Int64? {
    guard index < text.byteCount else { return nil }
    let sign = byte(text, index)
    if sign | 0x20 == UInt8(ascii: "z") { return index &+ 1 == text.byteCount ? 0 : nil }
    // Eight bytes that end with the text; what comes before the offset is known to be there.
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), index &+ 6 == text.byteCount else { return nil }
    let last = unsafe text.unsafeLoadUnaligned(fromByteOffset: index &- 2, as: UInt64.self)
    guard let digits = Digits("00:00", last &>> 24), digits.pair(0) < 24, digits.pair(3) < 60 else { return nil }
    let size = Int64(digits.pair(0) &* 3600 &+ digits.pair(3) &* 60)
    return sign == UInt8(ascii: "-") ? 0 &- size : size
  }

  @inline(__always)
  private static func byte(_ text: RawSpan, _ index: Int) -> UInt8 {
    unsafe text.unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }

  /// Up to eight bytes that have been checked against a pattern at once.
  private struct Digits {
    /// The values of the digits, the first one lowest.
    private let values: UInt64

    /// The digits of `word`, loaded from memory; nil unless a digit stands wherever `pattern` has 0 and the same
    /// character as in `pattern` everywhere else. Bits of `setting` are set first.
    @inline(__always)
    init?(_ pattern: StaticString, _ word: UInt64, setting: UInt64 = 0) {
      var expected: UInt64 = 0
      var limits: UInt64 = 0  // what a byte needs to reach 0x80 if it is more than allowed
      for index in 0..<pattern.utf8CodeUnitCount {
        let character = unsafe pattern.utf8Start[index]
        expected |= UInt64(character) &<< UInt64(truncatingIfNeeded: index &* 8)
        limits |= (character == 0x30 ? 0x76 : 0x7f) &<< UInt64(truncatingIfNeeded: index &* 8)
      }
      let values = (UInt64(littleEndian: word) | setting) ^ expected
      guard ((values &+ limits) | values) & 0x8080_8080_8080_8080 == 0 else { return nil }
      self.values = values
    }

    /// The number that the digits `index` and `index + 1` spell.
    @inline(__always)
    func pair(_ index: UInt64) -> UInt32 {
      let pair = UInt32(truncatingIfNeeded: values &>> (index &* 8))
      return (pair & 15) &* 10 &+ (pair &>> 8 & 15)
    }
  }
}
