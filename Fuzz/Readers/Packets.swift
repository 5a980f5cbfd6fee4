import MartletModel
import MartletSensor

/// The bytes as what went over the network, packet after packet.
///
/// A packet is one byte of what it is, one of which connection, two of how far it is from the one before, one of its
/// length, and so many bytes.
func followPackets(_ bytes: RawSpan) {
  var input = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }[...]
  var reader = PacketReader()
  var sequence: UInt32 = 0
  while input.count > 5 {
    let head = Array(input.prefix(5))
    let payload = Array(input.dropFirst(5).prefix(Int(head[4])))
    input = input.dropFirst(5 + payload.count)
    sequence &+= UInt32(payload.count) &+ UInt32(bitPattern: Int32(Int8(bitPattern: head[2])) * Int32(head[3]))
    var activity = Activity(
      type: head[0] & 1 == 0 ? .dns : .imds, time: Instant(nanoseconds: 0), pid: 1, tid: 1, result: 0, isAsync: false,
      credentials: Credentials(),
      detail: .packet(
        Activity.Packet(
          network: NetworkContext(
            source: IPEndpoint(IPAddress(), port: 53), destination: IPEndpoint(IPAddress(), port: 53),
            networkProtocol: 0x0800, transport: head[0] & 2 == 0 ? NetworkProtocols.tcp : NetworkProtocols.udp, size: 0,
            device: NetworkDevice(namespace: 0, index: 0, name: "")),
          content: .payload(
            Payload(
              bytes: payload, size: UInt32(payload.count) + UInt32(head[0] >> 4),
              segmentSize: head[0] & 8 == 0 ? 0 : UInt16(head[1]), sequence: sequence, flow: UInt64(head[1]),
              isIngress: head[0] & 4 != 0)))))
    _ = reader.read(&activity)
  }
}
