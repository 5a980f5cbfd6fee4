/// A place in a text, both numbers from 1. Columns count Unicode scalars.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
  /// Line, from 1.
  public let line: Int
  /// Column, from 1.
  public let column: Int

  /// The place at `line` and `column`.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `LINE:COLUMN`.
  public var description: String { "\(line):\(column)" }
}

/// One reason why an expression cannot be compiled.
public struct Diagnostic: Error, Hashable, Sendable {
  /// What kind of mistake it is. The raw values are stable: they are what `martlet eval --batch` prints.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The text is no expression, or one that is nested too deeply.
    case syntax
    /// An operand or the whole has the wrong type.
    case type
    /// The operator is not defined for operands of these types.
    case `operator`
    /// Both sides of a bit operator depend on the event.
    case bitmask
    /// A name that is no constant, macro or field.
    case fieldNotFound = "field-not-found"
    /// A field that events of the rule's type do not have.
    case fieldNotAvailable = "field-not-available"
    /// A `${name}` that nobody defines.
    case unknownVariable = "unknown-variable"
    /// A `%{name}` that is no field.
    case unknownFieldReference = "unknown-field-reference"
    /// The length of a variable that has none.
    case variableLength = "variable-length"
    /// A value inside of a text that cannot be written as text.
    case variableType = "variable-type"
    /// A list of names that are not all constants of one type.
    case mixedList = "mixed-list"
    /// `=~` or `!~` with a right side that is not known beforehand.
    case nonStaticPattern = "non-static-pattern"
    /// A pattern with `**` where it has no meaning.
    case invalidPattern = "invalid-pattern"
    /// A text that is no regular expression.
    case invalidRegexp = "invalid-regexp"
    /// Something that is no address or network.
    case invalidIP = "invalid-ip"
    /// A literal that the field it is compared with can never hold.
    case value
    /// A register where it cannot stand.
    case iterator
    /// An index into something that is no list.
    case arrayIndex = "array-index"
    /// Fields of several event types.
    case multipleEventTypes = "multiple-event-types"
    /// No field that says which type of event the rule is about.
    case noEvent = "no-event"
    /// A field that takes one literal was used in another way.
    case ondemand
    /// Any mistake inside of a macro.
    case macro
  }

  /// The kind of mistake.
  public let kind: Kind
  /// What is wrong, as a sentence without position: lower case, no full stop.
  public let message: String
  /// Where the offending operand starts.
  public let position: SourcePosition
  /// The line of the text that `position` is in, at most its first 160 characters.
  public let sourceLine: String

  /// `FILE:LINE:COLUMN: MESSAGE`.
  public func description(file: String) -> String { "\(file):\(position): \(message)" }

  /// `FILE:LINE:COLUMN`, then the line and a `^` under the column, if it is within what is shown.
  public func excerpt(file: String) -> String {
    let shown = sourceLine.unicodeScalars
    guard !shown.isEmpty, position.column <= shown.count + 1 else { return "\(file):\(position)" }
    let indent = shown.prefix(position.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
    return "\(file):\(position)\n  \(sourceLine)\n  \(indent)^"
  }
}

/// All that is wrong with one expression, in the order in which it was found; never empty.
public struct CompilationError: Error, Hashable, Sendable {
  /// The mistakes.
  public let diagnostics: [Diagnostic]

  init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// One mistake of `kind` that the text as a whole makes.
  public init(_ kind: Diagnostic.Kind, _ message: String) {
    diagnostics = [
      Diagnostic(kind: kind, message: message, position: SourcePosition(line: 1, column: 1), sourceLine: "")
    ]
  }
}

/// The text of an expression, as bytes, and the way from an offset back to a line and column.
struct SourceText: Sendable {
  /// The text in UTF-8.
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The bytes in `range` as a text.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The place of byte `offset`.
  func position(of offset: Int) -> SourcePosition {
    let before = bytes[..<min(max(offset, 0), bytes.count)]
    let start = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    return SourcePosition(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before[start...].count { $0 & 0xc0 != 0x80 } + 1)
  }

  /// The mistake `kind` at byte `offset`.
  func diagnostic(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) -> Diagnostic {
    let offset = min(max(offset, 0), bytes.count)
    let start = (bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let shown = String(text(start..<min(end, start + 640)).unicodeScalars.prefix(160).map(Character.init))
    return Diagnostic(
      kind: kind, message: message, position: position(of: offset), sourceLine: shown)
  }
}
