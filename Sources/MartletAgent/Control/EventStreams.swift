import MartletModel
import MartletOutput
import MartletRules
import MartletSchema

/// The streams of all clients, as one of the agent's sinks.
final class EventStreams: EventSink {
  private struct Entry {
    let connection: ControlConnection
    let stream: EventStream
    /// Nanoseconds of work that it took in this second.
    var spent: Int64 = 0
  }

  private var all: [Entry] = []
  private var encoder = EventEncoder()
  private var json = SplicedText()
  private var reader: LiveEvent?
  /// Answers what filters want to know of files.
  var files: (any FileInspector)?

  /// Nanoseconds of work in a second that may go into all of them, in equal shares.
  private static let mostInSecond: Int64 = 200_000_000
  /// Bytes that the events take that can be inspected, of all streams, in equal shares.
  private static let mostKept = 8 << 20

  func add(_ stream: EventStream, of connection: ControlConnection) {
    all.append(Entry(connection: connection, stream: stream))
  }

  func remove(_ stream: EventStream) { all.removeAll { $0.stream === stream } }

  /// The types that are to be told whether or not a rule matched.
  var types: Set<EventType> { all.reduce(into: []) { $0.formUnion($1.stream.types) } }

  /// A second has begun.
  func tick() {
    for index in all.indices {
      all[index].spent = 0
      all[index].stream.tellDropped(to: all[index].connection)
      all[index].stream.forget(beyond: Self.mostKept / all.count)
    }
  }

  // MARK: EventSink

  func take(_ event: Event, _ matches: [Match]) { offer(event, matches) { _ in true } }

  func look(at event: Event) { offer(event, []) { $0.shows(event.type) } }

  private func offer(_ event: Event, _ matches: [Match], to wants: (EventStream) -> Bool) {
    guard !all.isEmpty else { return }
    let reader = self.reader ?? LiveEvent(event, hostname: HostFacts.running().hostname)
    reader.inspector = files
    reader.move(to: event)
    self.reader = reader
    var documents: [[UInt8]]?
    let share = Self.mostInSecond / Int64(all.count)
    var before: Int64?
    for index in all.indices where wants(all[index].stream) {
      guard all[index].spent < share else {
        all[index].stream.leaveOut()
        continue
      }
      let start = before ?? HostClock.workedNow
      all[index].stream.tell(reader, matches.ofRules, to: all[index].connection) {
        if let documents { return documents }
        let written = write(event, matches)
        documents = written
        return written
      }
      all[index].stream.forget(beyond: Self.mostKept / all.count)
      let now = HostClock.workedNow
      all[index].spent &+= now &- start
      before = now
    }
  }

  private func write(_ event: Event, _ matches: [Match]) -> [[UInt8]] {
    lines {
      for match in matches.isEmpty ? [.traced] : matches {
        encoder.write(event, match: match, to: &json)
        json.own.newline()
      }
    }
  }

  /// What `fill` writes to `json`.
  private func lines(_ fill: () -> Void) -> [[UInt8]] {
    json.removeAll()
    fill()
    var lines: [[UInt8]] = []
    json.forEachLine { line in lines.append(unsafe line.withUnsafeBytes { unsafe Array($0) }) }
    return lines
  }

  /// Tells of what is no event: `line` for people, and what `fill` writes for programs.
  private func tell(_ line: String, to entries: [Entry], _ fill: () -> Void) {
    guard !entries.isEmpty else { return }
    let document = lines {
      fill()
      json.own.newline()
    }
    for entry in entries { entry.stream.tell(line, document.first ?? [], to: entry.connection) }
  }

  func take(_ loss: Loss) { tell(loss.line, to: all) { encoder.write(loss, to: &json.own) } }
  func take(_ disturbance: Disturbance) {
    tell(disturbance.line, to: all) { encoder.write(disturbance, to: &json.own) }
  }
  func take(_ report: AgentReport) {
    tell(report.line, to: all.filter { $0.stream.shows(report) }) { encoder.write(report, to: &json.own) }
  }
  func flush() {}
}
