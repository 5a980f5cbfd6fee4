import MartletSchema

/// Inserts batches into a table of ClickHouse, over HTTP, as `JSONEachRow`: the columns `id`, `date`, `rule`, `type`,
/// `title` and `event`, all texts but the date.
final class ClickHouseSink: Sink {
  struct Settings: Hashable, Sendable {
    var table = "martlet.events"
    var compression = Compression.gzip
    /// Whether the server knows `insert_deduplication_token` (22.2 and later): a block that is inserted again is dropped.
    var hasToken = true
    /// More settings of the insert, as in the URL: `name=value`.
    var settings: [String] = []
  }

  private let client: HTTPClient
  private let base: String
  private let settings: Settings

  init(_ target: HTTPTarget, _ settings: Settings, abort: StopSignal) {
    client = HTTPClient(target, abort: abort)
    self.settings = settings
    let query = "INSERT INTO \(settings.table) FORMAT JSONEachRow"
    var url = target.url + (target.url.contains("?") ? "&" : "?") + "query=\(percentEncoded(query))"
    for setting in settings.settings { url += "&\(setting)" }
    base = url
  }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    let url = settings.hasToken ? "\(base)&insert_deduplication_token=\(percentEncoded(key(of: events)))" : base
    var writer = JSONWriter()
    for event in events { Self.append(event, to: &writer) }
    let body = try settings.compression.pack(writer.array)
    let headers = ["Content-Type: application/x-ndjson"] + (settings.compression.header.map { [$0] } ?? [])
    let answer = try client.post(body, headers: headers, url: url)
    if let failure = answer.failure { throw failure }
    done = events.count
  }

  func close() { client.close() }

  private static func append(_ event: ShippedEvent, to writer: inout JSONWriter) {
    let brief = EventBrief(event)
    writer.beginObject()
    writer.key("id")
    writer.value(event.id)
    writer.key("date")
    // Seconds since the epoch is what columns of every kind of date take, in every version.
    writer.value(JSONInteger(brief.nanoseconds / 1_000_000_000))
    for (name, value) in [("rule", brief.rule), ("type", brief.type), ("title", brief.title)] {
      writer.key(name)
      writer.value(value)
    }
    writer.key("event")
    writer.value(String(decoding: event.text, as: UTF8.self))
    writer.endObject()
    writer.newline()
  }
}

/// `text` as a part of a URL's query.
func percentEncoded(_ text: String) -> String {
  let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
  return text.utf8.reduce(into: "") { encoded, byte in
    if kept.contains(byte) {
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      encoded += "%\(hexadecimal([byte]).uppercased())"
    }
  }
}
