/// A tree of lines: rows with a depth, to which branches are drawn once it is known which rows follow.
///
/// One value serves any number of trees; its memory is kept.
struct ScreenTree {
  /// Columns before a row's text, branches and label included.
  static let margin = 20

  private struct Row {
    let depth: Int
    /// `nil` for a row that continues the one before.
    let label: String?
  }

  private var rows: [Row] = []
  /// The text of each row, then spare ones.
  private var lines: [ScreenLine] = []

  /// Adds a row, below the last one with less depth. Depth 0 is the root, which has no branch and no label.
  mutating func add(_ depth: Int, _ label: String? = nil, _ fill: (inout ScreenLine) -> Void) {
    if rows.count == lines.count { lines.append(ScreenLine()) }
    fill(&lines[rows.count])
    rows.append(Row(depth: depth, label: label))
  }

  /// Appends the tree to `output` and starts over.
  mutating func end(_ style: ScreenStyle, to output: inout [UInt8]) {
    for (index, var margin) in margins().enumerated() {
      let row = rows[index]
      if row.depth > 0 {
        margin += row.label ?? ""
        // A blank at least, whatever the label.
        margin += String(repeating: " ", count: max(1, Self.margin - margin.unicodeScalars.count))
      }
      lines[index].insert(atStart: margin, .dim)
      lines[index].end(style, to: &output)
    }
    rows.removeAll(keepingCapacity: true)
  }

  /// The branches of each row, `│  └─ `, found from the last row up: a row must know whether its siblings go on.
  private func margins() -> [String] {
    var goesOn: [Bool] = []
    var margins: [String] = []
    for row in rows.reversed() {
      guard row.depth > 0 else {
        margins.append("")
        goesOn = []
        continue
      }
      let level = row.depth - 1
      while goesOn.count < row.depth { goesOn.append(false) }
      let outer = goesOn[..<level].map { $0 ? "│  " : "   " }.joined()
      if row.label == nil {
        margins.append(outer + (goesOn[level] ? "│  " : "   "))
      } else {
        margins.append(outer + (goesOn[level] ? "├─ " : "└─ "))
        goesOn[level] = true
      }
      goesOn.removeSubrange(row.depth...)
    }
    return margins.reversed()
  }
}
