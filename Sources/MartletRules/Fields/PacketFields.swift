extension EventFields {
  static let packet = EventFields(
    "packet", "A packet that a filter asked for was seen.",
    [
      FieldRow(name: "packet", docs: "The packet.", content: .packet),
      .string("packet.filter", "Condition that the packet fulfils, in the language of tcpdump.", .singleLiteral),
      .int("packet.tls.version", "Version of TLS that it speaks.", constants: "TLS versions"),
    ])
}
