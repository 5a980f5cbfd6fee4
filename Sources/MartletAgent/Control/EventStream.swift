import MartletModel
import MartletOutput
import MartletRules
import MartletSchema

/// The events that one client wants to be told of. What it is too slow for is left out and counted.
final class EventStream {
  /// The id of the request that began it.
  let id: UInt64
  private let wanted: ControlRequest.Subscription
  private let condition: EventCondition?
  /// Whether events of a type are told though no rule matched, by `EventType.rawValue`.
  private let isShown: [Bool]
  private var compact: CompactFormatter
  private var pretty: PrettyFormatter
  /// How many events there were, those left out included: the last one's number.
  private var number: UInt64 = 0
  /// Left out since the client was last told how many.
  private var dropped: UInt64 = 0
  private var kept: [KeptEvent] = []
  private var keptSize = 0

  /// Events that can be inspected.
  private static let mostKept = 1000

  /// An event that can be inspected, and about how many bytes it takes.
  private final class KeptEvent {
    let number: UInt64
    let event: Event
    let matches: [Match]
    let size: Int

    init(_ number: UInt64, _ event: Event, _ matches: [Match], size: Int) {
      self.number = number
      self.event = event
      self.matches = matches
      self.size = size
    }
  }

  /// - Throws: what is wrong with the filter.
  init(_ id: UInt64, _ wanted: ControlRequest.Subscription) throws(ControlRefusal) {
    self.id = id
    self.wanted = wanted
    do {
      condition = wanted.filter.isEmpty ? nil : try EventCondition(wanted.filter)
    } catch {
      let mistake = error.diagnostics.first
      throw ControlRefusal(.filter, mistake?.description(file: "filter") ?? "the filter cannot be used")
    }
    let types = Self.types(wanted, condition)
    isShown = (0...UInt8.max).map { number in EventType(rawValue: number).map(types.contains) ?? false }
    var style = wanted.style
    style.showsTime = false
    compact = CompactFormatter(style: style)
    pretty = PrettyFormatter(style: wanted.style)
  }

  /// What is told though no rule matched: the types that are named, or else those that the filter speaks of.
  private static func types(_ wanted: ControlRequest.Subscription, _ condition: EventCondition?) -> Set<EventType> {
    if let types = wanted.types { return types }
    guard let condition else { return [] }
    return condition.types ?? EventType.standard
  }

  /// The types that it wants to be told of in any case.
  var types: Set<EventType> { Set(EventType.allCases.filter(shows)) }

  func shows(_ type: EventType) -> Bool { isShown[Int(type.rawValue)] }

  /// What the agent tells of itself is for those who want all that it writes; that it lives, for programs.
  func shows(_ report: AgentReport) -> Bool {
    wanted.filter.isEmpty && wanted.types == nil && (wanted.format == .json || report.kind != .heartbeat)
  }

  // MARK: Telling

  /// Whether it may be told something more, which then counts.
  private func admits(_ connection: ControlConnection) -> Bool {
    guard connection.hasRoom else {
      leaveOut()
      return false
    }
    number += 1
    return true
  }

  /// Counts an event that is not told, and perhaps was not even looked at.
  func leaveOut() {
    number += 1
    dropped += 1
  }

  /// Tells of an event. `documents` are its lines of JSON, one for each rule that it matched.
  func tell(
    _ event: LiveEvent, _ matches: [Match], to connection: ControlConnection, documents: () -> [[UInt8]]
  ) {
    guard condition?.holds(for: event) ?? true, admits(connection) else { return }
    let event = event.event
    if wanted.keeps { keep(event, matches, documents()) }
    switch wanted.format {
    case .json: for document in documents() { say(document, to: connection) }
    case .compact, .pretty:
      var text: [UInt8] = []
      if wanted.format == .compact {
        compact.append(event, matches, to: &text)
      } else {
        pretty.append(event, matches, to: &text)
      }
      say(text, to: connection) { writer in
        writer.member("type", event.type.name)
        writer.key("time")
        writer.value(Timestamp(nanoseconds: event.time.nanoseconds))
        writer.list("rules", matches.map(\.rule)) { writer, rule in
          writer.member("id", rule.id)
          writer.member("title", rule.title)
          writer.member("severity", rule.severity)
          writer.member("technique", rule.technique)
        }
      }
    }
  }

  var keeps: Bool { wanted.keeps }

  /// Keeps an event, of which there are these lines of JSON: in memory it takes some times as much.
  private func keep(_ event: Event, _ matches: [Match], _ documents: [[UInt8]]) {
    let size = 4 * (documents.first?.count ?? 0)
    kept.append(KeptEvent(number, event, matches, size: size))
    keptSize += size
    if kept.count > Self.mostKept { forget() }
  }

  /// Keeps the youngest events, which take no more than so many bytes.
  func forget(beyond size: Int) { while keptSize > size { forget() } }

  private func forget() { keptSize -= kept.removeFirst().size }

  /// Tells of what is no event: `line` for people, `document` for programs.
  func tell(_ line: String, _ document: [UInt8], to connection: ControlConnection) {
    guard admits(connection) else { return }
    if wanted.format == .json { return say(document, to: connection) }
    say(Array(line.utf8), to: connection) { $0.member("type", "") }
  }

  private func say(_ document: [UInt8], to connection: ControlConnection) {
    say(to: connection) { writer in
      writer.key("event")
      unsafe writer.rendered(document.span.bytes)
    }
  }

  private func say(_ text: [UInt8], to connection: ControlConnection, _ fill: (inout JSONWriter) -> Void) {
    say(to: connection) { writer in
      writer.member(
        "text", String(decoding: text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...], as: UTF8.self))
      fill(&writer)
    }
  }

  private func say(to connection: ControlConnection, _ fill: (inout JSONWriter) -> Void) {
    tellDropped(to: connection)
    var writer = JSONWriter(capacity: 4096)
    writer.beginObject()
    writer.member("id", id)
    writer.member("number", number)
    fill(&writer)
    writer.endObject()
    connection.queue(writer)
  }

  /// Tells how many were left out, if there is room for that.
  func tellDropped(to connection: ControlConnection) {
    guard dropped > 0, connection.hasRoom else { return }
    var writer = JSONWriter(capacity: 128)
    writer.beginObject()
    writer.member("id", id)
    writer.member("dropped", dropped)
    writer.endObject()
    connection.queue(writer)
    dropped = 0
  }

  /// An event by its number; `nil` if it is not kept, or no more.
  func event(numbered number: UInt64) -> (event: Event, matches: [Match])? {
    kept.first { $0.number == number }.map { ($0.event, $0.matches) }
  }
}
