import MartletModel
import MartletOutput
import MartletRules
import MartletSchema

/// The streams of all clients, as one of the agent's sinks.
final class EventStreams: EventSink {
  private var all: [(connection: ControlConnection, stream: EventStream)] = []
  private var encoder = EventEncoder()
  private var json = SplicedText()
  private var reader: LiveEvent?
  /// Answers what filters want to know of files.
  var files: (any FileInspector)?

  var isEmpty: Bool { all.isEmpty }

  func add(_ stream: EventStream, of connection: ControlConnection) { all.append((connection, stream)) }

  func remove(_ stream: EventStream) { all.removeAll { $0.stream === stream } }

  /// The types that are to be told whether or not a rule matched.
  var types: Set<EventType> { all.reduce(into: []) { $0.formUnion($1.stream.types) } }

  /// A second has begun.
  func tick() {
    for (connection, stream) in all {
      stream.tick()
      stream.tellDropped(to: connection)
    }
  }

  // MARK: EventSink

  func take(_ event: Event, _ matches: [Match]) { offer(event, matches) { _ in true } }

  func look(at event: Event) { offer(event, []) { $0.shows(event.type) } }

  private func offer(_ event: Event, _ matches: [Match], to wants: (EventStream) -> Bool) {
    guard !all.isEmpty else { return }
    let reader = self.reader ?? LiveEvent(event)
    reader.inspector = files
    reader.move(to: event)
    self.reader = reader
    var documents: [[UInt8]]?
    for (connection, stream) in all where wants(stream) {
      stream.tell(reader, matches.ofRules, to: connection) {
        if let documents { return documents }
        let written = write(event, matches)
        documents = written
        return written
      }
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

  private func tell(_ line: String, to wants: (EventStream) -> Bool = { _ in true }, _ fill: () -> Void) {
    guard !all.isEmpty else { return }
    let document = lines {
      fill()
      json.own.newline()
    }
    for (connection, stream) in all where wants(stream) { stream.tell(line, document.first ?? [], to: connection) }
  }

  func take(_ loss: Loss) { tell(loss.line) { encoder.write(loss, to: &json.own) } }
  func take(_ disturbance: Disturbance) { tell(disturbance.line) { encoder.write(disturbance, to: &json.own) } }
  func take(_ report: AgentReport) {
    tell(report.line, to: { $0.shows(report) }) { encoder.write(report, to: &json.own) }
  }
  func flush() {}
}
