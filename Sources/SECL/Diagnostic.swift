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
    case syntax
    case type
    case `operator`
    case bitmask
    case fieldNotFound = "field-not-found"
    case fieldNotAvailable = "field-not-available"
    case unknownVariable = "unknown-variable"
    case unknownFieldReference = "unknown-field-reference"
    case variableLength = "variable-length"
    case variableType = "variable-type"
    case mixedList = "mixed-list"
    case nonStaticPattern = "non-static-pattern"
    case invalidPattern = "invalid-pattern"
    case invalidRegexp = "invalid-regexp"
    case invalidIP = "invalid-ip"
    case value
    case iterator
    case arrayIndex = "array-index"
    case multipleEventTypes = "multiple-event-types"
    case noEvent = "no-event"
    case ondemand
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

  /// The mistake `kind` at byte `offset`.
  func diagnostic(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) -> Diagnostic {
    let offset = min(max(offset, 0), bytes.count)
    let start = (bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let line = bytes[..<start].count { $0 == UInt8(ascii: "\n") } + 1
    let column = bytes[start..<offset].count { $0 & 0xc0 != 0x80 } + 1
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let shown = String(text(start..<min(end, start + 640)).unicodeScalars.prefix(160).map(Character.init))
    return Diagnostic(
      kind: kind, message: message, position: SourcePosition(line: line, column: column), sourceLine: shown)
  }
}
