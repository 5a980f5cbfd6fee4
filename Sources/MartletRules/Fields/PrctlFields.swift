extension EventFields {
  static let prctl = EventFields(
    "prctl", "A process changed an attribute of itself by prctl(2).",
    [
      .bool("prctl.is_name_truncated", "The new name is longer than what was kept."),
      .string("prctl.new_name", "The name that the thread gave itself."),
      .int("prctl.option", "The operation.", constants: "Prctl options"),
      .retval("prctl.retval"),
    ])
}
