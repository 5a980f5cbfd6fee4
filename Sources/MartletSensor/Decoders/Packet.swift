internal import CMartletABI
import MartletModel

extension Activity.Packet {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_packet_record.self)
    let bytes = try record.slice(fixed.payload)
    self.init(
      network: NetworkContext(
        source: IPEndpoint(fixed.source), destination: IPEndpoint(fixed.destination),
        networkProtocol: fixed.ethertype, transport: fixed.protocol, size: fixed.size,
        device: NetworkDevice(
          namespace: fixed.netns, index: fixed.ifindex, name: try record.text(fixed.device))),
      content: .payload(
        Payload(
          bytes: unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) },
          // A record is not believed: no payload is shorter than what was copied of it.
          size: max(fixed.payload_size, UInt32(truncatingIfNeeded: bytes.byteCount)),
          segmentSize: fixed.segment_size, sequence: fixed.sequence, flow: fixed.flow,
          isIngress: UInt32(fixed.flags) & MARTLET_PACKET_INGRESS.rawValue != 0)))
  }
}
