extension EventFields {
  static let dns = EventFields(
    "dns", "A question of the DNS, or an answer, went over the network.",
    [
      .int("dns.id", "Number that ties an answer to its question."),
      .int("dns.question.class", "Class asked for.", constants: "DNS qclasses"),
      .int("dns.question.count", "Number of questions in the message."),
      .int("dns.question.length", "Bytes of the message."),
      .string("dns.question.name", "Name asked for.", .ignoresCase),
      .int("dns.question.name.length", "Bytes of the name."),
      .string(
        "dns.question.name.root_domain", "The part of the name that somebody registered, such as \"example.co.uk\"."),
      .int("dns.question.type", "Kind of record asked for.", constants: "DNS qtypes"),
      .int("dns.response.code", "Outcome that the answer tells.", constants: "DNS responses"),
    ])
}
