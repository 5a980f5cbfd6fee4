/// A line in the making: pieces of text, each with its colour and its way to give in when columns are few.
///
/// One value serves any number of lines; its memory is kept.
struct ScreenLine {
  /// What happens to a piece when the line is too long.
  enum Role {
    /// Stays, as long as there are columns at all.
    case fixed
    /// Is cut in its middle.
    case long
    /// Goes, the last first.
    case tail
  }

  private struct Piece {
    var bytes: Range<Int>
    var columns: Int
    let ink: Ink
    let role: Role
  }

  private static let cutMark = "…"

  private var text: [UInt8] = []
  private var pieces: [Piece] = []
  /// Columns of all pieces so far.
  private(set) var columns = 0

  /// Appends words of our own: no control characters, nothing wide.
  mutating func add(_ own: String, _ ink: Ink = .plain, _ role: Role = .fixed) {
    let start = text.count
    text.append(contentsOf: own.utf8)
    close(start, columns: own.unicodeScalars.count, ink, role)
  }

  /// The same, before all the other pieces.
  mutating func insert(atStart own: String, _ ink: Ink) {
    add(own, ink)
    if !own.isEmpty, let last = pieces.popLast() { pieces.insert(last, at: 0) }
  }

  /// Appends text of the watched system as one word.
  mutating func add(word: String, _ ink: Ink = .plain) {
    let start = text.count
    let columns = SafeText.appendWord(word, to: &text)
    close(start, columns: columns, ink, .long)
  }

  /// Appends a mark of ours and a word that goes with it when there is no room.
  mutating func add(tail mark: String, word: String, _ ink: Ink) {
    let start = text.count
    text.append(contentsOf: mark.utf8)
    let columns = mark.unicodeScalars.count + SafeText.appendWord(word, to: &text)
    close(start, columns: columns, ink, .tail)
  }

  /// Appends texts of the watched system as one piece of words between spaces.
  mutating func add(words: some Sequence<String>, _ ink: Ink = .plain) {
    let start = text.count
    var columns = 0
    for word in words {
      if text.count > start {
        text.append(UInt8(ascii: " "))
        columns += 1
      }
      columns += SafeText.appendWord(word, to: &text)
    }
    close(start, columns: columns, ink, .long)
  }

  /// Makes the text since column `start` at least `width` columns wide.
  mutating func pad(from start: Int, to width: Int) {
    let missing = width - (columns - start)
    if missing > 0 { add(String(repeating: " ", count: missing)) }
  }

  private mutating func close(_ start: Int, columns: Int, _ ink: Ink, _ role: Role) {
    guard text.count > start else { return }
    pieces.append(Piece(bytes: start..<text.count, columns: columns, ink: ink, role: role))
    self.columns += columns
  }

  /// Appends the line to `output`, within the style's columns, and starts over.
  mutating func end(_ style: ScreenStyle, to output: inout [UInt8]) {
    if let limit = style.columns, columns > limit { fit(max(limit, 0)) }
    for piece in pieces {
      if style.color { output.append(contentsOf: piece.ink.on.utf8) }
      output.append(contentsOf: text[piece.bytes])
      if style.color, piece.ink != .plain { output.append(contentsOf: Ink.off.utf8) }
    }
    output.append(UInt8(ascii: "\n"))
    text.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    columns = 0
  }

  // MARK: Fitting

  private func columns(of role: Role) -> Int { pieces.reduce(0) { $1.role == role ? $0 + $1.columns : $0 } }

  /// Gives in, in this order: the tail beyond a quarter of the line, what is long down to a readable rest, the tail
  /// altogether, all that is left.
  private mutating func fit(_ limit: Int) {
    let readable = 16
    let room = limit - columns(of: .fixed)
    let rest = pieces.reduce(0) { $1.role == .long ? $0 + min($1.columns, readable) : $0 }
    dropTail(to: min(max(limit / 4, room - columns(of: .long)), room - rest))
    cutLong(to: room - columns(of: .tail))
    clip(to: limit)
  }

  private mutating func dropTail(to limit: Int) {
    let more = " < \(Self.cutMark)"
    var tail = columns(of: .tail)
    guard tail > limit else { return }
    while tail > max(limit - more.unicodeScalars.count, 0),
      let last = pieces.lastIndex(where: { $0.role == .tail })
    {
      tail -= pieces[last].columns
      pieces.remove(at: last)
    }
    if limit >= more.unicodeScalars.count { add(more, .dim, .tail) }
  }

  /// Shares `available` columns among the long pieces: the short ones keep what they have.
  private mutating func cutLong(to available: Int) {
    var rest = max(available, 0)
    let widths = pieces.lazy.filter { $0.role == .long }.map(\.columns).sorted()
    for (index, width) in widths.enumerated() {
      let share = rest / (widths.count - index)
      guard width > share else {
        rest -= width
        continue
      }
      for index in pieces.indices where pieces[index].role == .long && pieces[index].columns > share {
        cut(index, to: max(share, 1), atEnd: false)
      }
      return
    }
  }

  /// The last resort, for screens of few columns.
  private mutating func clip(to limit: Int) {
    var used = 0
    for index in pieces.indices {
      let rest = limit - used
      guard rest > 0 else {
        pieces.removeSubrange(index...)
        return
      }
      if pieces[index].columns > rest { cut(index, to: rest, atEnd: true) }
      used += pieces[index].columns
    }
  }

  private mutating func cut(_ index: Int, to limit: Int, atEnd: Bool) {
    let piece = pieces[index]
    let tail = atEnd ? 0 : (limit - 1) / 2
    let cut = TextCut(text, piece.bytes, columns: piece.columns, keeping: limit - 1 - tail, and: tail)
    let start = text.count
    text.append(contentsOf: text[piece.bytes.lowerBound..<cut.head])
    text.append(contentsOf: Self.cutMark.utf8)
    text.append(contentsOf: text[cut.tail..<piece.bytes.upperBound])
    pieces[index].bytes = start..<text.count
    pieces[index].columns = limit
  }
}
