/// Brings a terminal from one canvas to the next, by what differs.
struct Painter {
  private var shown: Canvas?
  private let isASCII: Bool
  private let isColored: Bool

  /// - Parameter isASCII: the terminal knows no other letters.
  init(isASCII: Bool, isColored: Bool) {
    self.isASCII = isASCII
    self.isColored = isColored
  }

  /// Whatever the terminal shows, it is to be drawn anew.
  mutating func forget() { shown = nil }

  /// What to write to the terminal so that it shows `canvas`.
  mutating func paint(_ canvas: Canvas) -> String {
    var text = ""
    if shown?.columns != canvas.columns || shown?.rows != canvas.rows {
      shown = nil
      text = "\u{1b}[0m\u{1b}[2J"
    }
    let before = shown?.cells
    var ink: CellInk?
    for row in 0..<canvas.rows {
      var cursor: Int?
      for column in 0..<canvas.columns {
        let index = row * canvas.columns + column
        let cell = canvas.cells[index]
        // Only half of a wide letter cannot be drawn: both count as changed if one is.
        let isSame = before.map { $0[index] == cell } ?? (cell == Cell())
        if isSame || cell.text.isEmpty { continue }
        if cursor != column { text += "\u{1b}[\(row + 1);\(column + 1)H" }
        if ink != cell.ink { text += "\u{1b}[\(codes(cell.ink))m" }
        ink = cell.ink
        text += letters(cell.text)
        let isWide = column + 1 < canvas.columns && canvas.cells[index + 1].text.isEmpty
        cursor = column + (isWide ? 2 : 1)
      }
    }
    shown = canvas
    return text.isEmpty ? "" : text + "\u{1b}[0m"
  }

  private func codes(_ ink: CellInk) -> String {
    isColored ? ink.codes : ink.intersection([.bold, .reverse]).codes
  }

  private func letters(_ text: String) -> String {
    guard isASCII, let first = text.unicodeScalars.first, !first.isASCII else { return text }
    switch first {
    case "→", "▸": return ">"
    case "←": return "<"
    case "▲", "↑": return "^"
    case "↓": return "v"
    case "─": return "-"
    case "│": return "|"
    case "├", "└": return "+"
    case "█": return "#"
    case "·": return "."
    case "…": return "~"
    case "✓": return "+"
    case "✗": return "x"
    default: return "?"
    }
  }
}
