package import MartletModel

/// Reads what packets say: questions of DNS, messages with the metadata service of a cloud.
///
/// Keeps what connections said so far, of the latest `flowLimit` connections. Segments are read in their order; where
/// one is missing, reading goes on with the next that begins a message.
package struct PacketReader {
  static let flowLimit = 1024

  private var flows: [UInt64: Flow] = [:]

  package init() {}

  /// The events that a packet makes or completes. Its payload is blanked, as far as it may hold secrets.
  package mutating func read(_ activity: inout Activity) -> [Activity] {
    guard case .packet(var packet) = activity.detail, case .payload(var payload) = packet.content else { return [] }
    let contents: [PacketContent]
    switch (activity.type, packet.network.transport) {
    case (.dns, NetworkProtocols.udp):
      contents = Self.isAnswer(packet, payload) ? [] : Self.questions(payload)
    case (.dns, _): contents = withFlow(payload) { $0.readDNS(payload) }
    case (.imds, _): contents = withFlow(payload) { $0.readIMDS(&payload) }
    default: contents = []
    }
    packet.content = .payload(payload)
    activity.detail = .packet(packet)
    return contents.map { content in
      var event = activity
      event.detail = .packet(Activity.Packet(network: packet.network, content: content))
      return event
    }
  }

  /// Datagrams that the kernel puts into one packet at most (`UDP_MAX_SEGMENTS`).
  private static let datagramLimit = 128

  private static func questions(_ payload: Payload) -> [PacketContent] {
    let size = payload.segmentSize == 0 ? payload.bytes.count : Int(payload.segmentSize)
    guard payload.bytes.count > size else {
      return DNSMessage.questions(payload.bytes.span, size: payload.size).map(PacketContent.dns)
    }
    return stride(from: 0, to: payload.bytes.count, by: size).prefix(datagramLimit).flatMap { start in
      let datagram = payload.bytes[start..<min(start + size, payload.bytes.count)]
      return DNSMessage.questions(datagram.span, size: UInt32(datagram.count)).map(PacketContent.dns)
    }
  }

  /// A server of DNS may ask another from the port that it answers at; what it says to it is no question.
  private static func isAnswer(_ packet: Activity.Packet, _ payload: Payload) -> Bool {
    packet.network.source.port == 53 && DNSMessage.isResponse(payload.bytes.span)
  }

  private mutating func withFlow(_ payload: Payload, _ body: (inout Flow) -> [PacketContent]) -> [PacketContent] {
    if flows[payload.flow] == nil, flows.count >= Self.flowLimit, let oldest = flows.keys.min() {
      flows[oldest] = nil
    }
    return body(&flows[payload.flow, default: Flow()])
  }
}

/// What the two directions of a connection said so far.
private struct Flow {
  /// Requests that wait for their response, the last ones.
  private static let requestLimit = 8

  private var sent = SegmentOrder()
  private var received = SegmentOrder()
  private var dns = DNSStream()
  private var asked = HTTPStream()
  private var answered = HTTPStream()
  private var requests: [HTTPHead] = []

  mutating func readDNS(_ payload: Payload) -> [PacketContent] {
    var start = 0
    switch sent.place(payload) {
    case .old: return []
    case .gap: dns = DNSStream()
    case .follows(let from): start = from
    }
    let missing = Int(payload.size) - max(payload.bytes.count, start)
    return (dns.take(payload.bytes.dropFirst(start)) + dns.skip(missing)).map(PacketContent.dns)
  }

  mutating func readIMDS(_ payload: inout Payload) -> [PacketContent] {
    var from = 0
    var messages: [HTTPStream.Message] = []
    switch payload.isIngress ? received.place(payload) : sent.place(payload) {
    case .old: from = Int(payload.size)
    case .gap: messages += skip(nil, payload)
    case .follows(let new): from = new
    }
    let start = min(from, payload.bytes.count)
    for index in 0..<start { payload.bytes[index] = mask }
    messages += take(&payload, from: start)
    messages += skip(max(0, Int(payload.size) - max(from, payload.bytes.count)), payload)
    return messages.map { .imds(IMDSMessage($0)) }
  }

  private mutating func take(_ payload: inout Payload, from start: Int) -> [HTTPStream.Message] {
    guard payload.isIngress else {
      let messages = asked.take(&payload.bytes, from: start) { nil }
      requests += messages.lazy.map(\.head).filter { !$0.isResponse }
      if requests.count > Self.requestLimit { requests.removeFirst(requests.count - Self.requestLimit) }
      return messages
    }
    var waiting = requests
    defer { requests = waiting }
    return answered.take(&payload.bytes, from: start) { waiting.isEmpty ? nil : waiting.removeFirst() }
  }

  private mutating func skip(_ count: Int?, _ payload: Payload) -> [HTTPStream.Message] {
    payload.isIngress ? answered.skip(count) : asked.skip(count)
  }
}
