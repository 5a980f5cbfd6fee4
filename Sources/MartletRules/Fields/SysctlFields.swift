extension EventFields {
  static let sysctl = EventFields(
    "sysctl", "A parameter of the kernel was read or written.",
    [
      .int("sysctl.action", "Whether it was read or written.", constants: "Sysctl actions"),
      .int("sysctl.file_position", "Offset in the parameter's file."),
      .string("sysctl.name", "Name of the parameter, such as \"kernel/core_pattern\"."),
      .bool("sysctl.name_truncated", "The name is longer than what was kept."),
      .string("sysctl.old_value", "The value before it was written."),
      .bool("sysctl.old_value_truncated", "That value is longer than what was kept."),
      .string("sysctl.value", "The value that was read or written."),
      .bool("sysctl.value_truncated", "The value is longer than what was kept."),
    ])
}
