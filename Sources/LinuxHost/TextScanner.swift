/// Takes a text apart from the front, a piece at a time.
///
/// It never looks outside of the text, and each piece it hands out shortens what is left, so a loop over
/// pieces ends on any bytes.
struct TextScanner: ~Escapable {
  private(set) var rest: Span<UInt8>

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) {
    rest = text
  }

  /// The bytes before the next separator, or before the end; nil once the text is used up.
  ///
  /// Two separators in a row enclose an empty piece. A separator at the very end does not begin another.
  @_lifetime(copy self)
  mutating func piece(before separator: UInt8) -> Span<UInt8>? {
    guard !rest.isEmpty else { return nil }
    let end = rest.firstIndex(of: separator) ?? rest.count
    let piece = rest.extracting(first: end)
    rest = rest.extracting(droppingFirst: min(end + 1, rest.count))
    return piece
  }

  /// The next line without its line feed; nil once the text is used up.
  @_lifetime(copy self)
  mutating func line() -> Span<UInt8>? {
    piece(before: UInt8(ascii: "\n"))
  }

  /// The next run of bytes that are neither blank nor tab nor line feed; nil when only such are left.
  @_lifetime(copy self)
  mutating func word() -> Span<UInt8>? {
    var start = 0
    while start < rest.count, rest[start].isBlank { start += 1 }
    var end = start
    while end < rest.count, !rest[end].isBlank { end += 1 }
    let word = rest.extracting(start..<end)
    rest = rest.extracting(droppingFirst: end)
    return word.isEmpty ? nil : word
  }

  /// The next word as a decimal number; nil when it is not one that fits.
  mutating func integer<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
    word()?.integer()
  }

  /// Passes over `count` words.
  mutating func skip(words count: Int) {
    for _ in 0..<count { _ = word() }
  }
}

extension Span<UInt8> {
  /// Where the byte first occurs.
  func firstIndex(of byte: UInt8) -> Int? {
    for index in indices where self[index] == byte { return index }
    return nil
  }

  /// Where the byte last occurs.
  func lastIndex(of byte: UInt8) -> Int? {
    for index in indices.reversed() where self[index] == byte { return index }
    return nil
  }

  /// Whether these bytes are exactly those of the text.
  func equals(_ text: String) -> Bool {
    let expected = text.utf8Span.span
    guard count == expected.count else { return false }
    for index in indices where self[index] != expected[index] { return false }
    return true
  }

  /// The whole of these bytes as a number, after a minus sign if the type has one; nil when there is any other
  /// byte, no digit at all, or more than the type can hold.
  func integer<Number: FixedWidthInteger>(radix: Number = 10) -> Number? {
    var digits = self
    let negative = Number.isSigned && !isEmpty && self[0] == UInt8(ascii: "-")
    if negative { digits = extracting(droppingFirst: 1) }
    guard !digits.isEmpty else { return nil }
    var value: Number = 0
    for index in digits.indices {
      guard let digit = digits[index].hexDigitValue, digit < radix else { return nil }
      let (scaled, tooBig) = value.multipliedReportingOverflow(by: radix)
      // Negative numbers grow downwards, so that the least one fits too.
      let (next, overflow) =
        negative
        ? scaled.subtractingReportingOverflow(Number(digit)) : scaled.addingReportingOverflow(Number(digit))
      guard !tooBig, !overflow else { return nil }
      value = next
    }
    return value
  }

  /// These bytes as text; what is not UTF-8 becomes U+FFFD.
  var string: String {
    if let valid = try? UTF8Span(validating: self) { return String(copying: valid) }
    return String(decoding: indices.map { self[$0] }, as: UTF8.self)
  }
}

extension UInt8 {
  /// A blank, a tab or a line feed: what stands between the words of `/proc` texts.
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\n") }

  var isDecimalDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

  /// 0 to 15 for a hexadecimal digit of either case.
  var hexDigitValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
