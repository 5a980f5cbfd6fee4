/// Text of the watched system, made harmless for a terminal.
///
/// What could move the cursor, start a line, reorder its neighbours or hide is shown as an escape: `\n`, `\x1b`,
/// `\u{202e}`. A backslash is doubled only where it could be read as the beginning of an escape, so that what comes out
/// tells exactly what went in.
enum SafeText {
  /// How many marks a letter may carry: enough for every script, too few to paint over the lines around.
  private static let marksPerLetter = 4

  /// Appends `text` and tells how many columns it takes.
  ///
  /// Where `quoted`, the text is to stand between double quotes, and those inside are escaped.
  static func append(_ text: String, quoted: Bool = false, to bytes: inout [UInt8]) -> Int {
    if text.utf8.allSatisfy(isPlain) {
      bytes.append(contentsOf: text.utf8)
      return text.utf8.count
    }
    var columns = 0
    var marks = marksPerLetter  // before the first letter there is none to combine with
    var rest = text.unicodeScalars.makeIterator()
    var upcoming = rest.next()
    while let scalar = upcoming {
      upcoming = rest.next()
      let before = bytes.count
      let width = scalar.columns
      if appendEscape(of: scalar, before: upcoming, quoted: quoted, to: &bytes) {
        columns += bytes.count - before
        marks = marksPerLetter
      } else if width == 0, marks == marksPerLetter {
        appendNumber(of: scalar, to: &bytes)
        columns += bytes.count - before
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        columns += width
        marks = width == 0 ? marks + 1 : 0
      }
    }
    return columns
  }

  /// Appends `text` as one word of a line of words: in double quotes if it could be taken for several, or for a mark
  /// of ours.
  static func appendWord(_ text: String, to bytes: inout [UInt8]) -> Int {
    guard text.isEmpty || text.unicodeScalars.contains(where: needsQuotes) else { return append(text, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
    let columns = append(text, quoted: true, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    return columns + 2
  }

  /// Printable ASCII that means itself, quoted or not.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: " ") && byte <= UInt8(ascii: "~") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
  }

  private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\"", "(", ")", "<", "→", "…": true
    default: false
    }
  }

  /// Appends the escape of a scalar that needs one, or nothing.
  private static func appendEscape(
    of scalar: Unicode.Scalar, before next: Unicode.Scalar?, quoted: Bool, to bytes: inout [UInt8]
  ) -> Bool {
    switch scalar {
    case "\\":
      guard opensEscape(next, quoted: quoted) else { return false }
      bytes.append(contentsOf: "\\\\".utf8)
    case "\"":
      guard quoted else { return false }
      bytes.append(contentsOf: "\\\"".utf8)
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case "\0"..<" ", "\u{7f}":
      bytes.append(contentsOf: scalar.value < 0x10 ? "\\x0".utf8 : "\\x".utf8)
      bytes.append(contentsOf: String(scalar.value, radix: 16).utf8)
    default:
      guard scalar.isDeceptive else { return false }
      appendNumber(of: scalar, to: &bytes)
    }
    return true
  }

  private static func appendNumber(of scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "\\u{".utf8)
    bytes.append(contentsOf: String(scalar.value, radix: 16).utf8)
    bytes.append(UInt8(ascii: "}"))
  }

  /// Whether a backslash before `next` would read as an escape.
  private static func opensEscape(_ next: Unicode.Scalar?, quoted: Bool) -> Bool {
    guard let next else { return quoted }
    switch next {
    case "\\", "n", "r", "t", "x", "u": return true
    case "\"": return quoted
    default: return next.isDeceptive
    }
  }
}

extension Unicode.Scalar {
  /// Whether a terminal would obey it, show nothing for it, or move what stands around it: controls, separators,
  /// bidirectional marks, zero-width and tag characters, blanks that are no space, what has no glyph, and letters that
  /// are written from the right.
  package var isDeceptive: Bool {
    if isASCII { return value < 0x20 || value == 0x7f }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .surrogate, .unassigned:
      return true
    default:
      return isRightToLeft || properties.isDefaultIgnorableCodePoint
    }
  }

  /// In a block of scripts that run to the left. A terminal that knows them sets numbers and marks of ours that follow,
  /// a pid or an arrow, on their other side.
  private var isRightToLeft: Bool {
    switch value {
    case 0x590...0x8ff, 0xfb1d...0xfdff, 0xfe70...0xfeff, 0x10800...0x10fff, 0x1e800...0x1efff: true
    default: false
    }
  }
}
