extension FieldRow {
  /// Fields that do not tie a rule to an event type.
  static let common: [FieldRow] = [
    .bool("event.async", "The call was made through io_uring.") { $0.event.activity.isAsync },
    .string("event.hostname", "Name of the host, as the agent found it when it started.") { $0.hostname },
    .string("event.origin", "How the event was seen: always \"ebpf\".") { _ in "ebpf" },
    .string("event.os", "Always \"linux\".") { _ in "linux" },
    .string(
      "event.service", "Service that the process belongs to.", missing: "environment values are not kept"),
    .string("event.source", "\"runtime\": it happened while the agent watched.") { _ in "runtime" },
    .time("event.timestamp", "When it happened.") { $0.event.time },
    .strings("event.rule.tags", "Product tags of the rule that is asked.", missing: "rules have no tags yet"),
    .string("event.signature", "Signature of the event.", missing: "events are not signed"),
    .process("process", "Whoever acted: the image after the event, the identity before it.", .actor),
    .process("process.parent", "The image before: the creator of a fork, what an exec replaced.", .actorParent),
    .lineage("process.ancestors", "All images before, the nearest first.", .actor),
    .packet("network", "The packet that carried the event."),
  ]
}
