/// Where to cut text that `SafeText` made: between escapes and between letters, never inside.
struct TextCut {
  /// Bytes kept at the beginning, and the offset of what is kept at the end.
  private(set) var head: Int
  private(set) var tail: Int

  /// Keeps at most `headColumns` columns from the front and `tailColumns` from the end of `bytes[range]`, which takes
  /// `columns`.
  init(_ bytes: [UInt8], _ range: Range<Int>, columns: Int, keeping headColumns: Int, and tailColumns: Int) {
    head = range.lowerBound
    var index = range.lowerBound
    var used = 0
    while index < range.upperBound {
      let unit = Self.unit(bytes, at: index, end: range.upperBound)
      guard used + unit.columns <= headColumns else { break }
      used += unit.columns
      index += unit.length
      head = index
    }
    // A mark without its letter would sit on the sign for what was cut out.
    while index < range.upperBound {
      let unit = Self.unit(bytes, at: index, end: range.upperBound)
      if columns - used <= tailColumns, unit.columns > 0 { break }
      used += unit.columns
      index += unit.length
    }
    tail = index
  }

  /// The escape or the letter that begins at `index`.
  private static func unit(_ bytes: [UInt8], at index: Int, end: Int) -> (length: Int, columns: Int) {
    let first = bytes[index]
    if first == UInt8(ascii: "\\"), index + 1 < end {
      let length =
        switch bytes[index + 1] {
        case UInt8(ascii: "x"): 4
        case UInt8(ascii: "u"): (bytes[index..<end].firstIndex(of: UInt8(ascii: "}")) ?? index) - index + 1
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): 2
        default: 1
        }
      return (min(length, end - index), min(length, end - index))
    }
    guard first >= 0x80 else { return (1, 1) }
    var rest = bytes[index..<end].makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return (1, 1) }
    return (UTF8.width(scalar), scalar.columns)
  }
}
