import Glibc
import MartletSchema

/// Exports events as log records of OpenTelemetry: OTLP over HTTP, in its JSON encoding.
final class OTLPSink: Sink {
  private let client: HTTPClient
  private let compression: Compression
  /// Attributes of the resource: this host, this service.
  private let resource: [(String, String)]

  /// `SEVERITY_NUMBER_WARN`.
  private static let severity: JSONInteger = 13

  init(_ target: HTTPTarget, compression: Compression, resource: [(String, String)], abort: StopSignal) {
    client = HTTPClient(target, abort: abort)
    self.compression = compression
    self.resource = [("service.name", "martlet"), ("host.name", hostName)] + resource
  }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    let body = try compression.pack(request(events))
    let headers = ["Content-Type: application/json"] + (compression.header.map { [$0] } ?? [])
    let answer = try client.post(body, headers: headers)
    if let failure = answer.failure { throw failure }
    if let rejected = Self.rejected(answer.text) {
      throw DeliveryFailure(
        "the server rejected \(rejected.count) of \(events.count) records: \(rejected.reason)",
        .giveUp(refused: Int(clamping: rejected.count)))
    }
    done = events.count
  }

  func close() { client.close() }

  /// What a server says that took only a part.
  private static func rejected(_ text: String) -> (count: UInt64, reason: String)? {
    var reader = JSONReader()
    guard case .object(let answer) = try? reader.readValue(Array(text.utf8).rawSpan),
      case .object(let partial) = answer["partialSuccess"]
    else { return nil }
    // Integers of 64 bits may be texts in this encoding.
    let count: UInt64 =
      switch partial["rejectedLogRecords"] {
      case .integer(let number): number.unsigned ?? 0
      case .string(let digits): UInt64(digits) ?? 0
      default: 0
      }
    guard count > 0 else { return nil }
    if case .string(let reason) = partial["errorMessage"] { return (count, reason) }
    return (count, "no reason given")
  }

  private func request(_ events: ArraySlice<ShippedEvent>) -> [UInt8] {
    var writer = JSONWriter()
    let now = "\(secondsNow)000000000"
    writer.beginObject()
    writer.key("resourceLogs")
    writer.beginArray()
    writer.beginObject()
    writer.key("resource")
    writer.beginObject()
    writer.attributes(resource)
    writer.endObject()
    writer.key("scopeLogs")
    writer.beginArray()
    writer.beginObject()
    writer.key("scope")
    writer.beginObject()
    writer.text("name", "martlet")
    writer.endObject()
    writer.key("logRecords")
    writer.beginArray()
    for event in events {
      let brief = EventBrief(event)
      writer.beginObject()
      writer.text("timeUnixNano", String(brief.nanoseconds))
      writer.text("observedTimeUnixNano", now)
      writer.key("severityNumber")
      writer.value(Self.severity)
      writer.text("severityText", "WARN")
      writer.key("body")
      writer.beginObject()
      writer.text("stringValue", String(decoding: event.text, as: UTF8.self))
      writer.endObject()
      writer.attributes([
        ("log.record.uid", event.id), ("event.name", brief.type), ("martlet.rule.id", brief.rule),
        ("martlet.rule.title", brief.title),
      ])
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    writer.endArray()
    writer.endObject()
    writer.endArray()
    writer.endObject()
    return writer.array
  }
}

extension JSONWriter {
  fileprivate mutating func text(_ key: String, _ value: String) {
    self.key(key)
    self.value(value)
  }

  /// The member `attributes`, in OTLP's form.
  fileprivate mutating func attributes(_ attributes: [(String, String)]) {
    key("attributes")
    beginArray()
    for (name, value) in attributes where !value.isEmpty {
      beginObject()
      text("key", name)
      key("value")
      beginObject()
      text("stringValue", value)
      endObject()
      endObject()
    }
    endArray()
  }
}

/// What this host calls itself.
let hostName: String = {
  var system = utsname()
  guard unsafe uname(&system) == 0 else { return "-" }
  return unsafe withUnsafeBytes(of: &system.nodename) { name in
    unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
  }
}()
