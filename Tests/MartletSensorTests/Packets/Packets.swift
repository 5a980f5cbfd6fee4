import MartletModel

@testable import MartletSensor

extension Activity {
  /// A packet of a connection, or a datagram.
  static func packet(
    _ type: EventType, transport: UInt8, from source: UInt16 = 4000, to destination: UInt16 = 53, _ payload: Payload
  ) -> Activity {
    Activity(
      type: type, time: Instant(nanoseconds: 1), pid: 10, tid: 11, result: 0, isAsync: false,
      credentials: Credentials(),
      detail: .packet(
        Packet(
          network: NetworkContext(
            source: IPEndpoint(IPAddress(v4: 1), port: source),
            destination: IPEndpoint(IPAddress(v4: 2), port: destination),
            networkProtocol: 0x0800, transport: transport, size: 99,
            device: NetworkDevice(namespace: 1, index: 2, name: "eth0")),
          content: .payload(payload))))
  }

  var payload: Payload? {
    guard case .packet(let packet) = detail, case .payload(let payload) = packet.content else { return nil }
    return payload
  }

  var question: DNSQuestion? {
    guard case .packet(let packet) = detail, case .dns(let question) = packet.content else { return nil }
    return question
  }

  var message: IMDSMessage? {
    guard case .packet(let packet) = detail, case .imds(let message) = packet.content else { return nil }
    return message
  }
}

/// One connection, whose segments are cut as a test wants them.
struct Conversation {
  var reader = PacketReader()
  /// What a recording keeps of all payloads, in order.
  var kept: [UInt8] = []
  let type: EventType
  let flow: UInt64
  private var sequences: [Bool: UInt32] = [false: .max - 20, true: 7]

  init(_ type: EventType, flow: UInt64 = 1) {
    self.type = type
    self.flow = flow
  }

  /// A segment with the next bytes of a direction; of `lost` bytes behind them only the number is known.
  mutating func say(_ bytes: [UInt8], isIngress: Bool = false, lost: Int = 0) -> [Activity] {
    let sequence = sequences[isIngress, default: 0]
    sequences[isIngress] = sequence &+ UInt32(bytes.count + lost)
    return segment(bytes, at: sequence, isIngress: isIngress, lost: lost)
  }

  /// A segment that never comes here.
  mutating func miss(_ count: Int, isIngress: Bool = false) { sequences[isIngress, default: 0] &+= UInt32(count) }

  /// The last `count` bytes, which are `bytes`, once more.
  mutating func repeats(_ bytes: [UInt8], isIngress: Bool = false) -> [Activity] {
    segment(bytes, at: sequences[isIngress, default: 0] &- UInt32(bytes.count), isIngress: isIngress, lost: 0)
  }

  private mutating func segment(_ bytes: [UInt8], at sequence: UInt32, isIngress: Bool, lost: Int) -> [Activity] {
    var activity = Activity.packet(
      type, transport: NetworkProtocols.tcp,
      Payload(
        bytes: bytes, size: UInt32(bytes.count + lost), sequence: sequence, flow: flow, isIngress: isIngress))
    defer { kept += activity.payload?.bytes ?? [] }
    return reader.read(&activity)
  }
}
