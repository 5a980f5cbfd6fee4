import MartletModel
import SECL

extension EventFields {
  static let dns = EventFields(
    "dns", "A question of the DNS went over the network.",
    [
      .int("dns.id", "Number that ties an answer to its question.") { $0.event.activity.dns?.id ?? 0 },
      .int("dns.question.class", "Class asked for.", constants: "DNS qclasses") { $0.event.activity.dns?.class ?? 0 },
      .int("dns.question.count", "Number of questions in the message.") { $0.event.activity.dns?.count ?? 0 },
      .int("dns.question.length", "Bytes of the message.") { $0.event.activity.dns?.size ?? 0 },
      .string("dns.question.name", "Name asked for.", .ignoresCase) { $0.event.activity.dns?.name ?? "" },
      .int("dns.question.name.length", "Bytes of the name.") { $0.event.activity.dns?.name.utf8.count ?? 0 },
      .string(
        "dns.question.name.root_domain", "The part of the name that somebody registered, such as \"example.co.uk\"."
      ) { String(decoding: rootDomain(Array(($0.event.activity.dns?.name ?? "").utf8)), as: UTF8.self) },
      .int("dns.question.type", "Kind of record asked for.", constants: "DNS qtypes") {
        $0.event.activity.dns?.type ?? 0
      },
      .int("dns.response.code", "Outcome that the answer tells.", constants: "DNS responses", missing: noAnswers),
    ])

  /// Why neither an outcome is known, nor by what name a program found an address.
  static let noAnswers = "answers of the DNS are not read"
}
