import Glibc
package import MartletModel
import MartletSchema

/// How events are written.
package enum OutputFormat: String, CaseIterable, Sendable {
  case compact
  case pretty
  case json
}

/// Takes what an `EventPrinter` has written, in place of a descriptor.
package protocol PrintTarget: AnyObject {
  /// Takes whole lines, of which `count` are to be counted where they are lost. False if they are not taken.
  func take(_ bytes: [UInt8], count: Int) -> Bool
}

/// Writes events to a file descriptor, in one of the formats, through a buffer.
package struct EventPrinter: ~Copyable {
  private let descriptor: Int32
  private let target: (any PrintTarget)?
  private let format: OutputFormat
  private var encoder = EventEncoder()
  private var compact: CompactFormatter
  private var pretty: PrettyFormatter
  private var json = SplicedText()
  private var text: [UInt8] = []
  /// Lines that are buffered, but for those that tell of lost ones.
  private var count = 0
  /// The `errno` of the first write that failed; nothing is written after it.
  package private(set) var failure: Int32?

  private static let flushAt = 1 << 20

  package init(descriptor: Int32, format: OutputFormat, style: ScreenStyle) {
    self.init(descriptor, nil, format, style)
  }

  /// Writes to `target` instead.
  package init(to target: any PrintTarget, format: OutputFormat, style: ScreenStyle) {
    self.init(-1, target, format, style)
  }

  private init(_ descriptor: Int32, _ target: (any PrintTarget)?, _ format: OutputFormat, _ style: ScreenStyle) {
    self.descriptor = descriptor
    self.target = target
    self.format = format
    compact = CompactFormatter(style: style)
    pretty = PrettyFormatter(style: style)
  }

  /// Writes one event: as JSON once for each of `matches`, and for eyes with a line for each.
  package mutating func print(_ event: Event, matches: [Match] = []) {
    switch format {
    case .json:
      if matches.isEmpty { print(event, match: .traced) }
      for match in matches { print(event, match: match) }
    case .compact:
      compact.append(event, matches.ofRules, to: &text)
      count += 1
      if text.count >= Self.flushAt { flush() }
    case .pretty:
      pretty.append(event, matches.ofRules, to: &text)
      count += 1
      if text.count >= Self.flushAt { flush() }
    }
  }

  private mutating func print(_ event: Event, match: Match) {
    encoder.write(event, match: match, to: &json)
    endLine()
    if json.isFull || json.count >= Self.flushAt { flush() }
  }

  /// Tells of a loss, in the stream of events.
  package mutating func print(_ loss: Loss) {
    switch format {
    case .json:
      encoder.write(loss, to: &json.own)
      endLine()
    case .compact, .pretty: print(loss.line)
    }
  }

  /// Tells of what happened to the agent itself, in the stream of events.
  package mutating func print(_ disturbance: Disturbance) {
    switch format {
    case .json:
      encoder.write(disturbance, to: &json.own)
      endLine()
    case .compact, .pretty: print(disturbance.line)
    }
  }

  /// Tells of the agent itself, in the stream of events.
  package mutating func print(_ report: AgentReport) {
    switch format {
    case .json:
      encoder.write(report, to: &json.own)
      endLine()
    case .compact, .pretty: print(report.line)
    }
  }

  /// Tells, in the stream itself, of lines that it does not have, as nobody read it in time.
  package mutating func print(unread lost: UInt64, at time: Instant) {
    switch format {
    case .json:
      EventDocument(lost: ["lost.stdout.queue_full": .integer(JSONInteger(lost))], at: time).write(to: &json.own)
      json.own.newline()
    case .compact, .pretty: text += "lost: \(lost) of standard output (queue_full)\n".utf8
    }
  }

  private mutating func print(_ line: String) {
    text += (line + "\n").utf8
    count += 1
  }

  private mutating func endLine() {
    json.own.newline()
    count += 1
  }

  /// Writes out what is buffered. False if it could not be written.
  @discardableResult
  package mutating func flush() -> Bool {
    defer {
      json.removeAll()
      text.removeAll(keepingCapacity: true)
      count = 0
    }
    if let target {
      json.append(to: &text)
      return text.isEmpty || target.take(text, count: count)
    }
    if failure == nil {
      let error = unsafe json.write(to: descriptor) ?? text.span.bytes.write(to: descriptor)
      failure = error
    }
    return failure == nil
  }
}

extension Loss {
  /// The line for eyes.
  package var line: String {
    "lost: " + rows.map { "\($0.count) \($0.type.name) (\($0.cause.name))" }.joined(separator: ", ")
  }
}

extension Disturbance {
  /// The line for eyes.
  package var line: String {
    var text = Array("disturbed: ".utf8)
    _ = SafeText.append(description, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

extension AgentReport {
  /// The line for eyes.
  package var line: String { "agent: \(title)" }
}
