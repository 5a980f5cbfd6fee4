extension Unicode.Scalar {
  /// How many columns a terminal gives it, at most: 0 for what combines with the letter before, 2 for East Asian wide
  /// characters and emoji.
  ///
  /// Terminals differ on some emoji; what counts is that a line never takes more than was counted.
  var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return isWide || properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// The blocks that are wide as a whole, in UAX #11's sense, generously.
  private var isWide: Bool {
    switch value {
    case 0x1100...0x115f,  // Hangul initial consonants
      0x2329...0x232a, 0x2e80...0x303e, 0x3041...0xa4cf,  // from CJK radicals to Yi
      0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6,
      0x16fe0...0x18dff, 0x1aff0...0x1b2ff,  // Tangut, Khitan, kana supplements
      0x1f000...0x1faff,  // pictographs, those that are narrow by default included
      0x20000...0x3fffd:
      true
    default: false
    }
  }
}

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
