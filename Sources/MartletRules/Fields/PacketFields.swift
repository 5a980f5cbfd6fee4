extension EventFields {
  static let packet = EventFields(
    "packet", "A packet that a filter asked for was seen.",
    [
      .packet("packet", "The packet."),
      .string("packet.filter", "Condition that the packet fulfils, in the language of tcpdump.", .singleLiteral),
      .int("packet.tls.version", "Version of TLS that it speaks.", constants: "TLS versions"),
    ])
}
