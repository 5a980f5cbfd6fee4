import MartletModel

extension EventFields {
  static let prctl = EventFields(
    "prctl", "A process changed an attribute of itself by prctl(2).",
    [
      .bool("prctl.is_name_truncated", "The new name is longer than what was kept.") {
        $0.event.activity.prctl?.isNameCut ?? false
      },
      .string("prctl.new_name", "The name that the thread gave itself, as the kernel keeps it: 15 bytes.") {
        $0.event.activity.prctl?.name ?? ""
      },
      .int("prctl.option", "The operation.", constants: "Prctl options") { $0.event.activity.prctl?.option ?? 0 },
      .retval("prctl.retval"),
    ])
}
