extension EventFields {
  static let accept = EventFields(
    "accept", "A connection was accepted on a listening socket.",
    [
      .int("accept.addr.family", "Address family of the peer.", constants: "Address families"),
      .strings("accept.addr.hostname", "Names that recent answers of the DNS gave the address."),
      .ip("accept.addr.ip", "Address of the peer."),
      .bool("accept.addr.is_public", "The peer is outside of the private and reserved ranges."),
      .int("accept.addr.port", "Port of the peer."),
      .retval("accept.retval"),
    ])
}
