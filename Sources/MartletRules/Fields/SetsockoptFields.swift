import MartletModel

extension EventFields {
  static let setsockopt = EventFields(
    "setsockopt", "An option of a socket was set.",
    [
      .string("setsockopt.filter_hash", "SHA-256 of the filter that was attached, of what was kept of it.") {
        $0.event.activity.setsockopt?.filter?.hash ?? ""
      },
      .string("setsockopt.filter_instructions", "The filter's instructions, as text: \"ldh [12]; jeq #0x800, 0, 3\".") {
        $0.event.activity.setsockopt?.filter?.text ?? ""
      },
      .int("setsockopt.filter_len", "Number of the filter's instructions.") {
        $0.event.activity.setsockopt?.filter?.count ?? 0
      },
      .bool("setsockopt.is_filter_truncated", "The filter is longer than what was kept.") {
        $0.event.activity.setsockopt?.filter?.isCut ?? false
      },
      .int("setsockopt.level", "The protocol level that the option belongs to.", constants: "Setsockopt levels") {
        $0.event.activity.setsockopt?.level ?? 0
      },
      .int("setsockopt.optname", "The option.", constants: "Setsockopt options") {
        $0.event.activity.setsockopt?.option ?? 0
      },
      .retval("setsockopt.retval"),
      .int("setsockopt.socket_family", "Address family of the socket.", constants: "Address families") {
        $0.event.activity.setsockopt?.family ?? 0
      },
      .int("setsockopt.socket_protocol", "Protocol of the socket.", constants: "L4 protocols") {
        $0.event.activity.setsockopt?.transport ?? 0
      },
      .int("setsockopt.socket_type", "Kind of socket.", constants: "Socket types") {
        $0.event.activity.setsockopt?.socketType ?? 0
      },
      .ints("setsockopt.used_immediates", "Constants that the filter compares or calculates with.") {
        $0.event.activity.setsockopt?.filter?.immediates ?? []
      },
    ])
}
