extension EventFields {
  static let setsockopt = EventFields(
    "setsockopt", "An option of a socket was set.",
    [
      .string("setsockopt.filter_hash", "SHA-256 of the filter that was attached."),
      .string("setsockopt.filter_instructions", "The filter's instructions, as text."),
      .int("setsockopt.filter_len", "Number of the filter's instructions."),
      .bool("setsockopt.is_filter_truncated", "The filter is longer than what was kept."),
      .int("setsockopt.level", "The protocol level that the option belongs to.", constants: "Setsockopt levels"),
      .int("setsockopt.optname", "The option.", constants: "Setsockopt options"),
      .retval("setsockopt.retval"),
      .int("setsockopt.socket_family", "Address family of the socket.", constants: "Address families"),
      .int("setsockopt.socket_protocol", "Protocol of the socket.", constants: "L4 protocols"),
      .int("setsockopt.socket_type", "Kind of socket.", constants: "Socket types"),
      .ints("setsockopt.used_immediates", "Numbers that the filter compares with."),
    ])
}
