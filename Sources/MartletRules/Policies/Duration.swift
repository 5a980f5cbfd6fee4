/// Durations as Go writes them: `1h30m`, `250ms`, `1.5s`.
enum GoDuration {
  /// The nanoseconds that `text` says; nil if it says no duration, or one of more than 292 years.
  static func nanoseconds(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    if rest.elementsEqual("0".utf8) { return 0 }
    guard !rest.isEmpty else { return nil }
    var total: Int64 = 0
    while !rest.isEmpty {
      let number = rest.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
      rest = rest.dropFirst(unit.count)
      guard number.contains(where: isDigit), number.count <= 40, let scale = scale(of: unit),
        let amount = Double(String(decoding: number, as: UTF8.self))
      else { return nil }
      // Whole numbers exactly, the others to what a double holds.
      let product: Int64
      if let whole = Int64(String(decoding: number, as: UTF8.self)) {
        let (exact, overflow) = whole.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        product = exact
      } else {
        guard let rounded = Int64(exactly: (amount * Double(scale)).rounded(.down)) else { return nil }
        product = rounded
      }
      let (sum, overflow) = total.addingReportingOverflow(product)
      guard !overflow else { return nil }
      total = sum
    }
    return isNegative ? -total : total
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func scale(of unit: ArraySlice<UInt8>) -> Int64? {
    switch String(decoding: unit, as: UTF8.self) {
    case "ns": 1
    case "us", "\u{b5}s", "\u{3bc}s": 1000
    case "ms": 1_000_000
    case "s": 1_000_000_000
    case "m": 60_000_000_000
    case "h": 3_600_000_000_000
    default: nil
    }
  }
}
