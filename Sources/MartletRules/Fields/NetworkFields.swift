import MartletModel
import SECL

extension FieldRow {
  /// What is known of the event's packet; each under `network` or `packet`.
  static let packet: [FieldRow] = [
    .string("device.ifname", "Name of the interface.") { $0.network?.device.name ?? "" },
    .int("l3_protocol", "Protocol of the network layer.", constants: "L3 protocols") {
      $0.network?.networkProtocol ?? 0
    },
    .int("l4_protocol", "Protocol of the transport layer.", constants: "L4 protocols") { $0.network?.transport ?? 0 },
    .ip("source.ip", "Address that it comes from.") { $0.network.map { IPNetwork($0.source.address) } },
    .int("source.port", "Port that it comes from.") { $0.network?.source.port ?? 0 },
    .bool("source.is_public", "It comes from outside of the private and reserved ranges.") {
      $0.network?.source.address.isPublic ?? false
    },
    .ip("destination.ip", "Address that it goes to.") { $0.network.map { IPNetwork($0.destination.address) } },
    .int("destination.port", "Port that it goes to.") { $0.network?.destination.port ?? 0 },
    .bool("destination.is_public", "It goes outside of the private and reserved ranges.") {
      $0.network?.destination.address.isPublic ?? false
    },
    .int("network_direction", "Whether it came in or went out.", constants: "Network directions") {
      $0.network.map(\.direction) ?? 0
    },
    .int("size", "Bytes of the packet, its link header included.") { $0.network?.size ?? 0 },
    .int(
      "type", "Kind within the protocol, such as an echo request.", constants: "Network protocol types",
      missing: "of TCP and UDP, which have no kinds"),
    .int("device.netns", "Inode number of the interface's network namespace.") { $0.network?.device.namespace ?? 0 },
  ]

  /// What is known of each flow of a `network_flow_monitor` event.
  static let flow: [FieldRow] = [
    .ip("destination.ip", "Address of the far end."),
    .bool("destination.is_public", "The far end is outside of the private and reserved ranges."),
    .int("destination.port", "Port of the far end."),
    .int("egress.data_size", "Bytes sent."),
    .int("egress.packet_count", "Packets sent."),
    .int("ingress.data_size", "Bytes received."),
    .int("ingress.packet_count", "Packets received."),
    .int("l3_protocol", "Protocol of the network layer.", constants: "L3 protocols"),
    .int("l4_protocol", "Protocol of the transport layer.", constants: "L4 protocols"),
    .ip("source.ip", "Address of the near end."),
    .bool("source.is_public", "The near end is outside of the private and reserved ranges."),
    .int("source.port", "Port of the near end."),
  ]
}
