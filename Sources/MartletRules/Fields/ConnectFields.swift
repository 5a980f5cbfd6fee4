import MartletModel
import SECL

extension EventFields {
  static let connect = EventFields(
    "connect", "A socket was to be connected to an address.",
    [
      .int("connect.addr.family", "Address family of the far end.", constants: "Address families") {
        $0.event.activity.connection?.peer.family ?? 0
      },
      .strings("connect.addr.hostname", "Names that recent answers of the DNS gave the address.", missing: noAnswers),
      .ip("connect.addr.ip", "Address of the far end.") { $0.peerAddress.map { IPNetwork($0) } },
      .bool("connect.addr.is_public", "The far end is outside of the private and reserved ranges.") {
        $0.peerAddress?.isPublic ?? false
      },
      .int("connect.addr.port", "Port of the far end.") { $0.event.activity.connection?.peer.endpoint?.port ?? 0 },
      .int("connect.protocol", "Protocol of the socket.", constants: "L4 protocols") {
        $0.event.activity.connection?.transport ?? 0
      },
      .retval("connect.retval"),
    ])
}
