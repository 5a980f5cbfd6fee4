extension EventFields {
  static let connect = EventFields(
    "connect", "A socket was to be connected to an address.",
    [
      .int("connect.addr.family", "Address family of the far end.", constants: "Address families"),
      .strings("connect.addr.hostname", "Names that recent answers of the DNS gave the address."),
      .ip("connect.addr.ip", "Address of the far end."),
      .bool("connect.addr.is_public", "The far end is outside of the private and reserved ranges."),
      .int("connect.addr.port", "Port of the far end."),
      .int("connect.protocol", "Protocol of the socket.", constants: "L4 protocols"),
      .retval("connect.retval"),
    ])
}
