import SECL

extension FieldRow {
  /// What is known of the event's packet; each under `network` or `packet`.
  static let packet: [FieldRow] = [
    .string("device.ifname", "Name of the interface."),
    .int("l3_protocol", "Protocol of the network layer.", constants: "L3 protocols"),
    .int("l4_protocol", "Protocol of the transport layer.", constants: "L4 protocols"),
    .ip("source.ip", "Address that it comes from."),
    .int("source.port", "Port that it comes from."),
    .bool("source.is_public", "It comes from outside of the private and reserved ranges."),
    .ip("destination.ip", "Address that it goes to."),
    .int("destination.port", "Port that it goes to."),
    .bool("destination.is_public", "It goes outside of the private and reserved ranges."),
    .int("network_direction", "Whether it came in or went out.", constants: "Network directions"),
    .int("size", "Bytes of the packet."),
    .int("type", "Kind within the protocol, such as an echo request.", constants: "Network protocol types"),
    .int("device.netns", "Inode number of the interface's network namespace."),
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
