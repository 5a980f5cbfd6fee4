import Glibc
import MartletRules
import SECL

/// All that is wrong with a configuration.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// `FILE:LINE:COLUMN: what`, in the order of the file.
  package let mistakes: [String]

  package var description: String { mistakes.joined(separator: "\n") }
}

/// Notes what is wrong while a file is read to its end.
final class MistakeList {
  private let file: String
  private var mistakes: [(position: SourcePosition, message: String)] = []

  init(file: String) { self.file = file }

  var isEmpty: Bool { mistakes.isEmpty }

  func note(_ message: String, at position: SourcePosition) { mistakes.append((position, message)) }

  var error: ConfigurationError {
    let sorted = mistakes.sorted { ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column) }
    return ConfigurationError(
      mistakes: sorted.map { "\(file):\($0.position.line):\($0.position.column): \($0.message)" })
  }
}

/// A mapping of the file, whose keys are taken one by one. What is left over in the end nobody knows.
final class Section {
  let position: SourcePosition
  private let document: YAMLDocument
  private let mistakes: MistakeList
  private var values: [String: (key: SourcePosition, node: YAMLDocument.Node)] = [:]
  private var known: Set<String> = []

  init(_ node: YAMLDocument.Node, of document: YAMLDocument, mistakes: MistakeList) {
    self.document = document
    self.mistakes = mistakes
    position = document.position(of: node)
    guard case .mapping(let members) = document[node] else {
      mistakes.note("this must be a mapping of keys", at: position)
      return
    }
    for member in members {
      let place = document.position(of: member.key)
      guard case .scalar(let key) = document[member.key] else {
        mistakes.note("a key must be a text", at: place)
        continue
      }
      guard values[key.text] == nil else {
        mistakes.note("'\(key.text)' is here a second time", at: place)
        continue
      }
      values[key.text] = (place, member.value)
    }
  }

  /// Notes the keys that nobody has taken.
  func finish() {
    for (name, value) in values where !known.contains(name) {
      mistakes.note("there is no setting '\(name)'\(suggestion(for: name, in: known.sorted()))", at: value.key)
    }
  }

  func note(_ message: String, for name: String? = nil) {
    let place = name.flatMap { values[$0] }.map { document.position(of: $0.node) }
    mistakes.note(message, at: place ?? position)
  }

  // MARK: Values

  private func node(_ name: String) -> YAMLDocument.Node? {
    known.insert(name)
    guard let node = values[name]?.node else { return nil }
    // Nothing behind a key is nobody's word on it.
    if case .scalar(let scalar) = document[node], scalar.isNull { return nil }
    return node
  }

  private func scalar(_ name: String) -> YAMLScalar? {
    guard let node = node(name) else { return nil }
    guard case .scalar(let scalar) = document[node] else {
      note("'\(name)' must be a single value", for: name)
      return nil
    }
    return scalar
  }

  func text(_ name: String) -> String? { scalar(name)?.text }

  /// A text that must be there.
  func required(_ name: String) -> String {
    if let text = text(name), !text.isEmpty { return text }
    note("'\(name)' is missing")
    return ""
  }

  /// A text that is better kept in a file of its own: `NAME`, or the first line of the file `NAME_file`.
  func secret(_ name: String) -> String? {
    let (direct, path) = (text(name), text("\(name)_file"))
    guard let path else { return direct }
    guard direct == nil else {
      note("'\(name)' and '\(name)_file' exclude each other", for: name)
      return nil
    }
    do { return try TextFile.read(path).prefix { !$0.isNewline }.description } catch {
      note("\(error)", for: "\(name)_file")
      return nil
    }
  }

  /// The path of a file that can be read now.
  func readable(_ name: String) -> String? {
    guard let path = text(name) else { return nil }
    do { _ = try TextFile.bytes(path) } catch { note("\(error)", for: name) }
    return path
  }

  func truth(_ name: String) -> Bool? {
    guard let scalar = scalar(name) else { return nil }
    if let truth = scalar.truth { return truth }
    note("'\(name)' must be true or false", for: name)
    return nil
  }

  func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let scalar = scalar(name) else { return nil }
    if let integer = scalar.integer, range.contains(Int(integer)) { return Int(integer) }
    note("'\(name)' must be an integer from \(range.lowerBound) to \(range.upperBound)", for: name)
    return nil
  }

  /// Bytes: `500`, `64KiB`, `10MB`.
  func size(_ name: String) -> Int? {
    guard let scalar = scalar(name) else { return nil }
    let units = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000),
      ("GB", 1_000_000_000), ("B", 1), ("", 1),
    ]
    if let size = Self.amount(scalar.text, units) { return size }
    note("'\(name)' must be a size such as 64KiB", for: name)
    return nil
  }

  /// A time: `500ms`, `10s`, `5m`, `1h`, `7d`.
  func duration(_ name: String) -> Duration? {
    guard let scalar = scalar(name) else { return nil }
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    if let milliseconds = Self.amount(scalar.text, units) { return .milliseconds(milliseconds) }
    note("'\(name)' must be a duration such as 10s", for: name)
    return nil
  }

  /// A duration that is longer than nothing.
  func time(_ name: String) -> Duration? {
    guard let duration = duration(name) else { return nil }
    if duration > .zero { return duration }
    note("'\(name)' must be longer than 0s", for: name)
    return nil
  }

  private static func amount(_ text: String, _ units: [(String, Int)]) -> Int? {
    for (unit, factor) in units where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count).filter { $0 != " " }
      guard let number = Int(digits), number >= 0 else { continue }
      let (amount, isTooMuch) = number.multipliedReportingOverflow(by: factor)
      // A hundred years of milliseconds, and more than any disk.
      return isTooMuch || amount > 1 << 60 ? nil : amount
    }
    return nil
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, of: Choice.Type = Choice.self) -> Choice?
  {
    guard let text = text(name) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    note("'\(name)' must be one of \(names.joined(separator: ", "))\(suggestion(for: text, in: names))", for: name)
    return nil
  }

  // MARK: Lists and mappings

  func texts(_ name: String) -> [String] {
    guard let node = node(name) else { return [] }
    switch document[node] {
    case .scalar(let scalar): return [scalar.text]
    case .sequence(let nodes):
      return nodes.compactMap { node in
        if case .scalar(let scalar) = document[node] { return scalar.text }
        mistakes.note("an element of '\(name)' must be a text", at: document.position(of: node))
        return nil
      }
    case .mapping:
      note("'\(name)' must be a list", for: name)
      return []
    }
  }

  /// A mapping of texts to texts.
  func pairs(_ name: String) -> [(String, String)] {
    guard let node = node(name) else { return [] }
    guard case .mapping(let members) = document[node] else {
      note("'\(name)' must be a mapping", for: name)
      return []
    }
    return members.compactMap { member in
      if case .scalar(let key) = document[member.key], case .scalar(let value) = document[member.value] {
        return (key.text, value.text)
      }
      mistakes.note("'\(name)' must be a mapping of texts", at: document.position(of: member.key))
      return nil
    }
  }

  func section(_ name: String) -> Section? {
    node(name).map { Section($0, of: document, mistakes: mistakes) }
  }

  func sections(_ name: String) -> [Section] {
    guard let node = node(name) else { return [] }
    guard case .sequence(let nodes) = document[node] else {
      note("'\(name)' must be a list", for: name)
      return []
    }
    return nodes.map { Section($0, of: document, mistakes: mistakes) }
  }
}

/// Small files.
enum TextFile {
  static let largest = 1 << 20

  struct ReadError: Error, CustomStringConvertible {
    let path: String
    let errno: Int32
    var description: String { "cannot read '\(path)': \(errorText(errno))" }
  }

  static func bytes(_ path: String) throws(ReadError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ReadError(path: path, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw ReadError(path: path, errno: errno) }
      if count == 0 { return bytes }
      bytes += piece.prefix(count)
      guard bytes.count <= largest else { throw ReadError(path: path, errno: EFBIG) }
    }
  }

  static func read(_ path: String) throws(ReadError) -> String { String(decoding: try bytes(path), as: UTF8.self) }
}
