/// How events are written for syslog: RFC 5424.
struct SyslogMessage: Hashable, Sendable {
  /// 0 to 23; 10 is `authpriv`.
  var facility = 10
  /// 0 to 7; 4 is `warning`.
  var severity = 4
  var host = hostName
  var application = "martlet"

  /// The message: its header, the event's id and rule as structured data, and the event's JSON.
  func bytes(of event: ShippedEvent) -> [UInt8] {
    let brief = EventBrief(event)
    let date = brief.date.isEmpty ? "-" : Self.date(brief.date)
    let header =
      "<\(facility * 8 + severity)>1 \(date) \(Self.word(host, 255)) \(Self.word(application, 48)) - "
      + "\(Self.word(brief.type, 32)) [martlet@32473 id=\"\(Self.value(event.id))\" rule=\"\(Self.value(brief.rule))\"] "
    return Array(header.utf8) + event.text
  }

  /// RFC 5424 has six digits behind the second at most.
  private static func date(_ date: String) -> String {
    guard let point = date.firstIndex(of: "."), date.hasSuffix("Z") else { return date }
    return date[..<point] + date[point...].dropLast().prefix(7) + "Z"
  }

  /// Printable ASCII without blanks, `-` where there is nothing.
  private static func word(_ text: String, _ longest: Int) -> String {
    let bytes = text.utf8.prefix(longest).map { (33...126).contains($0) ? $0 : UInt8(ascii: "_") }
    return bytes.isEmpty ? "-" : String(decoding: bytes, as: UTF8.self)
  }

  /// The value of a parameter: `"`, `\` and `]` are escaped.
  private static func value(_ text: String) -> String {
    text.reduce(into: "") { value, character in
      if character == "\"" || character == "\\" || character == "]" { value += "\\" }
      value.append(character)
    }
  }
}
