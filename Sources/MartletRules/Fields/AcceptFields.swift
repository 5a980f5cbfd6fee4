import MartletModel
import SECL

extension EventFields {
  static let accept = EventFields(
    "accept", "A connection was accepted on a listening socket.",
    [
      .int("accept.addr.family", "Address family of the peer.", constants: "Address families") {
        $0.event.activity.connection?.peer.family ?? 0
      },
      .strings("accept.addr.hostname", "Names that recent answers of the DNS gave the address.", missing: noAnswers),
      .ip("accept.addr.ip", "Address of the peer.") { $0.peerAddress.map { IPNetwork($0) } },
      .bool("accept.addr.is_public", "The peer is outside of the private and reserved ranges.") {
        $0.peerAddress?.isPublic ?? false
      },
      .int("accept.addr.port", "Port of the peer.") { $0.event.activity.connection?.peer.endpoint?.port ?? 0 },
      .retval("accept.retval"),
    ])
}
