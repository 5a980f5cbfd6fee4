import MartletSchema

/// The few members of an event that receivers sort by.
struct EventBrief {
  /// Id of the matched rule.
  var rule = ""
  var title = ""
  /// Type of the event; empty for those that the agent sends about itself.
  var type = ""
  /// RFC 3339, as the event has it; empty if it has none.
  var date = ""
  /// Nanoseconds since the epoch; 0 if there is no date.
  var nanoseconds: Int64 = 0

  /// What `event` says, as far as it can be read.
  init(_ event: ShippedEvent) {
    var reader = JSONReader()
    guard case .object(let document) = try? reader.readValue(event.text.rawSpan) else { return }
    if case .object(let agent) = document["agent"], case .string(let id) = agent["rule_id"] { rule = id }
    if case .string(let text) = document["title"] { title = text }
    if case .string(let text) = document["date"] { date = text }
    if case .object(let evt) = document["evt"], case .string(let name) = evt["name"] { type = name }
    guard let event: EventDocument = try? reader.read(event.text.rawSpan), let time = event.date else { return }
    nanoseconds = time.nanoseconds
  }
}

/// How a batch is written for receivers that take text.
package enum BatchFormat: String, CaseIterable, Sendable {
  /// Each event as it is, a line each.
  case events
  /// `{"id": ID, "event": EVENT}`, a line each: with the id that repetitions are known by.
  case envelopes

  func append(_ event: ShippedEvent, to writer: inout JSONWriter) {
    switch self {
    case .events: writer.rendered(event.text.rawSpan)
    case .envelopes:
      writer.beginObject()
      writer.key("id")
      writer.value(event.id)
      writer.key("event")
      writer.rendered(event.text.rawSpan)
      writer.endObject()
    }
    writer.newline()
  }

  func bytes(of events: ArraySlice<ShippedEvent>) -> [UInt8] {
    var writer = JSONWriter()
    for event in events { append(event, to: &writer) }
    return writer.array
  }
}

extension JSONWriter {
  /// What has been written.
  var array: [UInt8] {
    let bytes = bytes
    return unsafe bytes.withUnsafeBytes { unsafe Array($0) }
  }
}
