package import MartletSchema

extension ShipConfiguration {
  /// What the shipper that runs with this configuration says; nil if none answers.
  package func runningStatus() -> (text: String, value: JSONValue)? {
    guard let (address, port) = metrics else { return nil }
    var target = HTTPTarget(url: "http://\(address.contains(":") ? "[\(address)]" : address):\(port)/status")
    target.timeout = .seconds(5)
    let client = HTTPClient(target, abort: StopSignal())
    guard let answer = try? client.get(), answer.status == 200 else { return nil }
    let text = answer.text.hasSuffix("\n") ? String(answer.text.dropLast()) : answer.text
    var reader = JSONReader()
    guard let value = try? reader.readValue(Array(text.utf8).rawSpan) else { return nil }
    return (text, value)
  }
}

extension JSONValue {
  package var text: String {
    var writer = JSONWriter()
    writer.value(self)
    return writer.text
  }
}
