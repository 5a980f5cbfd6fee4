import MartletOutput

/// How a cell looks: a colour of the terminal's own palette, and what is done to it.
struct CellInk: OptionSet, Hashable {
  let rawValue: UInt8

  static let bold = CellInk(rawValue: 1)
  static let dim = CellInk(rawValue: 2)
  static let reverse = CellInk(rawValue: 4)
  static let red = color(1)
  static let green = color(2)
  static let yellow = color(3)
  static let cyan = color(6)

  /// The colour that ECMA-48 numbers so, 1 to 7.
  static func color(_ number: UInt8) -> CellInk { CellInk(rawValue: number << 3) }

  /// The parameters of SGR that give a cell this look and no other.
  var codes: String {
    var codes = "0"
    if contains(.bold) { codes += ";1" }
    if contains(.dim) { codes += ";2" }
    if contains(.reverse) { codes += ";7" }
    if rawValue >> 3 != 0 { codes += ";3\(rawValue >> 3)" }
    return codes
  }

  /// The same with one parameter of SGR more, as far as our own formatters use it.
  fileprivate func with(code: Int) -> CellInk {
    switch code {
    case 0: []
    case 1: union(.bold)
    case 2: union(.dim)
    case 7: union(.reverse)
    case 31...37: CellInk(rawValue: rawValue & 7).union(.color(UInt8(code - 30)))
    default: self
    }
  }
}

/// One place of a screen.
struct Cell: Hashable {
  /// A letter with its marks; `""` for the second half of a wide one.
  var text = " "
  var ink: CellInk = []
}

/// A screen in the making. What is put outside of it is not there.
struct Canvas {
  let columns: Int
  let rows: Int
  private(set) var cells: [Cell]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (max(columns, 1), max(rows, 1))
    cells = Array(repeating: Cell(), count: self.columns * self.rows)
  }

  /// Puts text into a row, and returns the column behind it. What a terminal would obey is shown as `?`.
  ///
  /// - Parameter width: columns that it may take.
  @discardableResult
  mutating func put(_ text: String, _ row: Int, _ column: Int = 0, _ ink: CellInk = [], width: Int = .max) -> Int {
    put(text, row, column, ink, width: width, obeysInk: false)
  }

  /// The same of text with colours of our own formatters, which add to `ink`.
  @discardableResult
  mutating func put(styled text: String, _ row: Int, _ column: Int = 0, _ ink: CellInk = [], width: Int = .max) -> Int {
    put(text, row, column, ink, width: width, obeysInk: true)
  }

  private mutating func put(
    _ text: String, _ row: Int, _ start: Int, _ base: CellInk, width: Int, obeysInk: Bool
  ) -> Int {
    guard (0..<rows).contains(row), start >= 0 else { return start }
    let end = start + min(max(width, 0), max(columns - start, 0))
    var (column, ink) = (start, base)
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if obeysInk, scalar == "\u{1b}" {
        ink = Self.ink(&scalars, ink, base)
        continue
      }
      let shown = scalar.isDeceptive ? "?" : scalar
      switch shown.columns {
      case 0: if column > start { cells[row * columns + last(before: column, row)].text.unicodeScalars.append(shown) }
      case let width where column + width <= end:
        cells[row * columns + column] = Cell(text: String(Character(shown)), ink: ink)
        if width == 2 { cells[row * columns + column + 1] = Cell(text: "", ink: ink) }
        column += width
      default: return end
      }
    }
    return column
  }

  /// The column of the letter that stands before a column.
  private func last(before column: Int, _ row: Int) -> Int {
    column > 1 && cells[row * columns + column - 1].text.isEmpty ? column - 2 : column - 1
  }

  /// Takes the rest of an escape sequence, and returns the ink that it leaves.
  private static func ink(_ scalars: inout String.UnicodeScalarView.SubSequence, _ ink: CellInk, _ base: CellInk)
    -> CellInk
  {
    var (ink, code) = (ink, 0)
    guard scalars.popFirst() == "[" else { return ink }
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "0"..."9": code = min(code * 10 + Int(scalar.value - 48), 999)
      case ";", "m":
        ink = code == 0 ? base : ink.with(code: code)
        code = 0
        if scalar == "m" { return ink }
      default: return ink
      }
    }
    return ink
  }

  /// Gives a whole row a look, whatever is in it.
  mutating func paint(_ row: Int, _ ink: CellInk) {
    guard (0..<rows).contains(row) else { return }
    for index in row * columns..<(row + 1) * columns { cells[index].ink.formUnion(ink) }
  }

  /// The text of a row, without blanks at its end.
  func text(_ row: Int) -> String {
    let text = cells[row * columns..<(row + 1) * columns].map(\.text).joined()
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// The text of all rows.
  var text: String { (0..<rows).map(text).joined(separator: "\n") }
}
