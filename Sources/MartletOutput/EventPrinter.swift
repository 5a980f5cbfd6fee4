import Glibc
package import MartletModel
import MartletSchema

/// How events are written.
package enum OutputFormat: String, CaseIterable, Sendable {
  case compact
  case pretty
  case json
}

/// Writes events to a file descriptor, in one of the formats, through a buffer.
package struct EventPrinter: ~Copyable {
  private var destination: Destination
  private let format: OutputFormat
  private var encoder = EventEncoder()
  private var compact: CompactFormatter
  private var pretty: PrettyFormatter
  private var json = SplicedText()
  private var text: [UInt8] = []
  /// The `errno` of the first write that failed; nothing is written after it.
  package private(set) var failure: Int32?

  private static let flushAt = 1 << 20

  package init(descriptor: Int32, format: OutputFormat, style: ScreenStyle) {
    destination = Destination(descriptor: descriptor)
    self.format = format
    compact = CompactFormatter(style: style)
    pretty = PrettyFormatter(style: style)
  }

  /// A printer into the file at `path`, which `descriptor` was opened with, empty: it is the printer's then.
  package init(descriptor: Int32, path: String, format: OutputFormat, style: ScreenStyle) {
    self.init(descriptor: descriptor, format: format, style: style)
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    destination.file = DirectFile(descriptor: descriptor, path: path)
  }

  /// Writes one event: as JSON once for each of `matches`, and for eyes with a line for each.
  package mutating func print(_ event: Event, matches: [Match] = []) {
    switch format {
    case .json:
      if matches.isEmpty { print(event, match: .traced) }
      for match in matches { print(event, match: match) }
    case .compact:
      compact.append(event, matches, to: &text)
      if text.count >= Self.flushAt { writeOut() }
    case .pretty:
      pretty.append(event, matches, to: &text)
      if text.count >= Self.flushAt { writeOut() }
    }
  }

  private mutating func print(_ event: Event, match: Match) {
    encoder.write(event, match: match, to: &json)
    json.own.newline()
    if json.isFull || json.count >= Self.flushAt { writeOut() }
  }

  /// Tells of a loss, in the stream of events.
  package mutating func print(_ loss: Loss) {
    switch format {
    case .json:
      encoder.write(loss, to: &json.own)
      json.own.newline()
    case .compact, .pretty:
      let rows = loss.rows.map { "\($0.count) \($0.type.name) (\($0.cause.name))" }
      text += "lost: \(rows.joined(separator: ", "))\n".utf8
    }
  }

  /// Writes out what is buffered.
  package mutating func flush() {
    writeOut()
    if failure == nil { failure = destination.file?.flush() }
  }

  private mutating func writeOut() {
    if failure == nil {
      let error = destination.write(json) ?? destination.write(text)
      failure = error
    }
    json.removeAll()
    text.removeAll(keepingCapacity: true)
  }
}

/// A descriptor, and the file of ours that it may be.
private struct Destination: ~Copyable {
  let descriptor: Int32
  var file: DirectFile?

  /// Writes all of `text`; the `errno` of the write that failed otherwise.
  mutating func write(_ text: borrowing SplicedText) -> Int32? {
    guard file == nil else { return file?.append(text) }
    return text.write(to: descriptor)
  }

  /// The same with bytes.
  mutating func write(_ bytes: [UInt8]) -> Int32? {
    guard file == nil else { return unsafe file?.append(bytes.span.bytes) }
    var rest = unsafe bytes.span.bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return errno }
      rest = rest.extracting(droppingFirst: count)
    }
    return nil
  }
}
