/// What stands on a terminal, from what programs wrote to it: the few sequences that our screens use.
package struct DrawnScreen {
  private let columns: Int
  private var cells: [[Character]]
  private var (row, column) = (0, 0)
  private var rest: [Unicode.Scalar] = []
  /// Whether the alternate screen is shown, and whether the cursor is.
  package private(set) var isAlternate = false
  package private(set) var showsCursor = true

  package init(columns: Int, rows: Int) {
    self.columns = columns
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  package var lines: [String] { cells.map { String($0.reversed().drop { $0 == " " }.reversed()) } }
  package var text: String { lines.joined(separator: "\n") }

  /// Takes what was written next. A sequence may come in parts.
  package mutating func take(_ text: String) {
    let scalars = rest + Array(text.unicodeScalars)
    rest = []
    var index = 0
    while index < scalars.count {
      guard scalars[index] == "\u{1b}" else {
        put(scalars[index])
        index += 1
        continue
      }
      guard let end = scalars[index...].dropFirst(2).firstIndex(where: { ("@"..."~").contains($0) }) else {
        rest = Array(scalars[index...])
        return
      }
      var parameters = String.UnicodeScalarView()
      parameters.append(contentsOf: scalars[(index + 2)..<end])
      obey(scalars[end], String(parameters))
      index = end + 1
    }
  }

  private mutating func obey(_ command: Unicode.Scalar, _ parameters: String) {
    switch (command, parameters) {
    case ("H", _):
      let numbers = parameters.split(separator: ";").compactMap { Int($0) }
      (row, column) = numbers.count == 2 ? (numbers[0] - 1, numbers[1] - 1) : (0, 0)
    case ("J", "2"): self.cells = cells.map { $0.map { _ in " " } }
    case ("h", "?1049"), ("l", "?1049"): isAlternate = command == "h"
    case ("h", "?25"), ("l", "?25"): showsCursor = command == "h"
    default: break
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if scalar == "\r" { column = 0 } else if scalar == "\n" { row += 1 }
    guard cells.indices.contains(row), cells[row].indices.contains(column), scalar.value >= 0x20 else { return }
    cells[row][column] = Character(scalar)
    column += 1
  }
}
