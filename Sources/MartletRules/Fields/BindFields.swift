import MartletModel
import SECL

extension EventFields {
  static let bind = EventFields(
    "bind", "A socket was given an address of its own.",
    [
      .int("bind.addr.family", "Address family.", constants: "Address families") {
        $0.event.activity.bind?.address.family ?? 0
      },
      .ip("bind.addr.ip", "The address.") { $0.boundAddress.map { IPNetwork($0) } },
      .bool("bind.addr.is_public", "The address is outside of the private and reserved ranges.") {
        $0.boundAddress?.isPublic ?? false
      },
      .int("bind.addr.port", "The port.") { $0.event.activity.bind?.address.endpoint?.port ?? 0 },
      .int("bind.protocol", "Protocol of the socket.", constants: "L4 protocols") {
        $0.event.activity.bind?.transport ?? 0
      },
      .retval("bind.retval"),
    ])
}
