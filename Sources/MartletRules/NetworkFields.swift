extension FieldRow {
  /// What is known of a packet.
  static let packetRows: [FieldRow] = [
    .string("device.ifname"),
    .int("l3_protocol", constants: "L3 protocols"),
    .int("l4_protocol", constants: "L4 protocols"),
    .ip("source.ip"),
    .int("source.port"),
    .bool("source.is_public"),
    .ip("destination.ip"),
    .int("destination.port"),
    .bool("destination.is_public"),
    .int("network_direction", constants: "Network directions"),
    .int("size"),
    .int("type", constants: "Network protocol types"),
    .int("device.netns"),
  ]

  /// What is known of each flow of a `network_flow_monitor` event.
  static let flowRows: [FieldRow] = [
    .ip("destination.ip"),
    .bool("destination.is_public"),
    .int("destination.port"),
    .int("egress.data_size"),
    .int("egress.packet_count"),
    .int("ingress.data_size"),
    .int("ingress.packet_count"),
    .int("l3_protocol", constants: "L3 protocols"),
    .int("l4_protocol", constants: "L4 protocols"),
    .ip("source.ip"),
    .bool("source.is_public"),
    .int("source.port"),
  ]
}
