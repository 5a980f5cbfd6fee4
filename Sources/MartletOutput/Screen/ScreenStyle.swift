/// How the formats for eyes are drawn.
package struct ScreenStyle: Hashable, Sendable {
  /// Colours, as ANSI codes for the 16 that a terminal's theme defines.
  package var color: Bool
  /// How many columns a line may take; what is longer is cut in its middle. `nil` to cut nothing.
  package var columns: Int?
  /// Whether a line begins with the time since the first event.
  package var showsTime = true

  package init(color: Bool, columns: Int? = nil) {
    self.color = color
    self.columns = columns
  }
}

/// The colours in use, each one of the terminal's own palette.
enum Ink: CaseIterable {
  case plain, dim, bold
  case red, green, yellow, blue, magenta, cyan

  /// Switches the colour on; empty for `plain`.
  var on: String {
    switch self {
    case .plain: ""
    case .dim: "\u{1b}[2m"
    case .bold: "\u{1b}[1m"
    case .red: "\u{1b}[31m"
    case .green: "\u{1b}[32m"
    case .yellow: "\u{1b}[33m"
    case .blue: "\u{1b}[34m"
    case .magenta: "\u{1b}[35m"
    case .cyan: "\u{1b}[36m"
    }
  }

  /// Switches every colour off.
  static let off = "\u{1b}[0m"
}
