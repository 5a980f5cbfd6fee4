import SECL

/// The lines of a file, and the way from a place inside of a scalar's value back to the place in the file.
struct SourceLines: Sendable {
  private let bytes: [UInt8]
  /// Where each line starts, in bytes.
  private let starts: [Int]
  private let counts: [Int]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    var index = 0
    while index < bytes.count {
      let length = Self.lineBreak(bytes, at: index)
      index += max(length, 1)
      if length > 0 { starts.append(index) }
    }
    self.starts = starts
    counts = Self.counts(bytes)
  }

  /// Bytes of the line break at `index`, as YAML 1.1 knows them; 0 if there is none.
  private static func lineBreak(_ bytes: [UInt8], at index: Int) -> Int {
    func isNext(_ offset: Int, _ byte: UInt8) -> Bool { index + offset < bytes.count && bytes[index + offset] == byte }
    switch bytes[index] {
    case UInt8(ascii: "\n"): return 1
    case UInt8(ascii: "\r"): return isNext(1, UInt8(ascii: "\n")) ? 2 : 1
    case 0xc2: return isNext(1, 0x85) ? 2 : 0
    case 0xe2: return isNext(1, 0x80) && (isNext(2, 0xa8) || isNext(2, 0xa9)) ? 3 : 0
    default: return 0
    }
  }

  // MARK: Characters

  /// Bytes between two places whose number of characters before them is kept.
  private static let stride = 4096

  /// Characters in `bytes`, counted at every place that is a multiple of `stride`.
  private static func counts(_ bytes: [UInt8]) -> [Int] {
    var (counts, count) = ([0], 0)
    for (offset, byte) in bytes.enumerated() {
      if offset > 0, offset % stride == 0 { counts.append(count) }
      if !isContinuation(byte) { count += 1 }
    }
    return counts
  }

  private func characters(before offset: Int) -> Int {
    let block = min(offset / Self.stride, counts.count - 1)
    return counts[block] + bytes[(block * Self.stride)..<offset].count { !Self.isContinuation($0) }
  }

  /// The offset of `position`, in bytes.
  private func offset(of position: SourcePosition) -> Int {
    guard starts.indices.contains(position.line - 1) else { return bytes.count }
    let wanted = characters(before: starts[position.line - 1]) + max(position.column, 1) - 1
    // The last block that starts at or before the character.
    var (low, high) = (0, counts.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if counts[middle] <= wanted { low = middle } else { high = middle }
    }
    var (offset, count) = (low * Self.stride, counts[low])
    while offset < bytes.count, count < wanted || Self.isContinuation(bytes[offset]) {
      if !Self.isContinuation(bytes[offset]) { count += 1 }
      offset += 1
    }
    return offset
  }

  /// At most 160 characters of the line at `position`, and how many of them stand before its column.
  func excerpt(at position: SourcePosition) -> (line: String, indent: Int) {
    guard starts.indices.contains(position.line - 1) else { return ("", 0) }
    let start = starts[position.line - 1]
    let end = position.line < starts.count ? starts[position.line] : bytes.count
    let length = characters(before: end) - characters(before: start)
    // A window around the column, if the line is long.
    let skipped = length > 160 ? max(position.column - 1 - 100, 0) : 0
    let first = offset(of: SourcePosition(line: position.line, column: skipped + 1))
    let last = min(offset(of: SourcePosition(line: position.line, column: skipped + 161)), end)
    guard first < last else { return ("", 0) }
    var shown = String(decoding: bytes[first..<last], as: UTF8.self).unicodeScalars
    while let last = shown.last, last.properties.isWhitespace { shown.removeLast() }
    return (String(shown), min(max(position.column - 1 - skipped, 0), shown.count))
  }

  // MARK: From value to file

  /// The place in the file of `position` in the value of `scalar`.
  ///
  /// Folding, indentation and escapes change blanks and line ends, but neither the order nor the number of all other
  /// characters: so these are counted in the value, and counted off in the file.
  func place(of position: SourcePosition, in scalar: YAMLScalar) -> SourcePosition {
    var wanted = Self.visibleCharacters(in: scalar.text, before: position)
    var cursor = cursor(atContentOf: scalar)
    let end = offset(of: scalar.end)
    var behindLast = SourcePosition(line: cursor.line, column: cursor.column)
    while cursor.offset < end {
      let here = SourcePosition(line: cursor.line, column: cursor.column)
      guard advance(&cursor, style: scalar.style) else { continue }
      if wanted == 0 { return here }
      wanted -= 1
      behindLast = SourcePosition(line: cursor.line, column: cursor.column)
    }
    return behindLast
  }

  private struct Cursor {
    var offset: Int
    var line: Int
    var column: Int
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

  private static func visibleCharacters(in text: String, before position: SourcePosition) -> Int {
    var (line, column, count) = (1, 1, 0)
    for byte in text.utf8 {
      if line > position.line || line == position.line && column >= position.column { break }
      if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else if !isContinuation(byte) { column += 1 }
      if !isBlank(byte), !isContinuation(byte) { count += 1 }
    }
    return count
  }

  /// Where the value begins: behind anchor and tag, the opening quote, or the line of `|` or `>`.
  private func cursor(atContentOf scalar: YAMLScalar) -> Cursor {
    var cursor = Cursor(offset: offset(of: scalar.start), line: scalar.start.line, column: scalar.start.column)
    let end = offset(of: scalar.end)
    while cursor.offset < end, bytes[cursor.offset] == UInt8(ascii: "&") || bytes[cursor.offset] == UInt8(ascii: "!") {
      while cursor.offset < end, !Self.isBlank(bytes[cursor.offset]) { step(&cursor) }
      while cursor.offset < end, Self.isBlank(bytes[cursor.offset]) { step(&cursor) }
    }
    switch scalar.style {
    case .plain: break
    case .singleQuoted, .doubleQuoted: if cursor.offset < end { step(&cursor) }
    case .literal, .folded:
      let line = cursor.line
      while cursor.offset < end, cursor.line == line { step(&cursor) }
    }
    return cursor
  }

  /// Moves over one character.
  private func step(_ cursor: inout Cursor) {
    let length = Self.lineBreak(bytes, at: cursor.offset)
    if length > 0 {
      cursor = Cursor(offset: cursor.offset + length, line: cursor.line + 1, column: 1)
      return
    }
    cursor.offset += 1
    cursor.column += 1
    while cursor.offset < bytes.count, Self.isContinuation(bytes[cursor.offset]) { cursor.offset += 1 }
  }

  /// Moves over one character of the value, and says whether it is visible there.
  private func advance(_ cursor: inout Cursor, style: YAMLScalar.Style) -> Bool {
    let byte = bytes[cursor.offset]
    let next = cursor.offset + 1 < bytes.count ? bytes[cursor.offset + 1] : 0
    if style == .singleQuoted, byte == UInt8(ascii: "'"), next == byte {
      step(&cursor)
    } else if style == .doubleQuoted, byte == UInt8(ascii: "\\") {
      let more =
        switch next {
        case UInt8(ascii: "x"): 3
        case UInt8(ascii: "u"): 5
        case UInt8(ascii: "U"): 9
        default: 1
        }
      for _ in 0..<more where cursor.offset + 1 < bytes.count { step(&cursor) }
      step(&cursor)
      return !"ntr \t\n\r".utf8.contains(next)
    }
    step(&cursor)
    return !Self.isBlank(byte)
  }
}
