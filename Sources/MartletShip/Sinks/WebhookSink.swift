/// Posts batches of lines to a server.
///
/// The header `Idempotency-Key` names the batch: the ids of its first and its last event. A batch that is sent again, because
/// its answer was lost, has the same.
final class WebhookSink: Sink {
  private let client: HTTPClient
  private let format: BatchFormat
  private let compression: Compression

  init(_ target: HTTPTarget, format: BatchFormat, compression: Compression, abort: StopSignal) {
    client = HTTPClient(target, abort: abort)
    self.format = format
    self.compression = compression
  }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    let headers = [
      "Content-Type: application/x-ndjson", "Idempotency-Key: \(key(of: events))", "Martlet-Events: \(events.count)",
    ]
    let body = try compression.pack(format.bytes(of: events))
    let answer = try client.post(body, headers: headers + (compression.header.map { [$0] } ?? []))
    if let failure = answer.failure { throw failure }
    done = events.count
  }

  func close() { client.close() }
}

/// A name for a batch that is the same whenever the same events are sent together.
func key(of events: ArraySlice<ShippedEvent>) -> String {
  guard let first = events.first, let last = events.last else { return "" }
  return first.id == last.id ? first.id : "\(first.id):\(last.id)"
}
