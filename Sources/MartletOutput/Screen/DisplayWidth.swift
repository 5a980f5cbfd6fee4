extension Unicode.Scalar {
  /// How many columns a terminal gives it, at most: 0 for what combines with the letter before, 2 for East Asian wide
  /// characters and emoji.
  ///
  /// Terminals differ on some emoji; what counts is that a line never takes more than was counted.
  package var columns: Int {
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
