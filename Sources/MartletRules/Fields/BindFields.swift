extension EventFields {
  static let bind = EventFields(
    "bind", "A socket was given an address of its own.",
    [
      .int("bind.addr.family", "Address family.", constants: "Address families"),
      .ip("bind.addr.ip", "The address."),
      .bool("bind.addr.is_public", "The address is outside of the private and reserved ranges."),
      .int("bind.addr.port", "The port."),
      .int("bind.protocol", "Protocol of the socket.", constants: "L4 protocols"),
      .retval("bind.retval"),
    ])
}
