/// A number of a document: where it stands, and its value if that was cheap to get.
struct JSONNumber {
  let start: Int
  let end: Int
  let isNegative: Bool
  /// Whether it has neither fraction nor exponent.
  let isPlain: Bool
  /// The digits' value, if `fits`.
  let magnitude: UInt64
  /// Whether `magnitude` is exact.
  let fits: Bool

  /// What integer a number stands for.
  enum Integer {
    case exact(JSONInteger)
    /// An integer below -2^63 or above 2^64 - 1.
    case outOfRange
    case notIntegral
  }

  /// Evaluates `text`, a number of the JSON grammar, without rounding: 1.0 and 1e3 are integers, 1.5 is none.
  static func integer(_ text: Span<UInt8>) -> Integer {
    var exponent = 0  // of ten, for the digits read as one integer
    var isNegative = false
    var digits: [UInt8] = []  // without leading zeros
    var isFraction = false
    var index = 0
    scan: while index < text.count {
      let byte = text[index]
      index += 1
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
      default:
        if isFraction { exponent -= 1 }
        if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
      }
    }
    exponent += Self.exponent(text, from: index)
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { return .exact(0) }
    if exponent < 0 { return .notIntegral }
    if digits.count + exponent > 20 { return .outOfRange }
    var magnitude: UInt64 = 0
    for digit in digits + [UInt8](repeating: 0, count: exponent) {
      let (tenfold, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return .outOfRange }
      magnitude = sum
    }
    if !isNegative { return .exact(JSONInteger(bits: magnitude, isNegative: false)) }
    return magnitude > 1 << 63 ? .outOfRange : .exact(JSONInteger(bits: 0 &- magnitude, isNegative: true))
  }

  /// The exponent's value, held within what no text of digits can outweigh.
  private static func exponent(_ text: Span<UInt8>, from start: Int) -> Int {
    var value = 0
    var isNegative = false
    for index in start..<max(text.count, start) {
      switch text[index] {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      default: value = min(value * 10 + Int(text[index] - 0x30), 1 << 50)
      }
    }
    return isNegative ? -value : value
  }
}
