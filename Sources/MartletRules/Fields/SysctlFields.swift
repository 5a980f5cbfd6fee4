import MartletModel

extension EventFields {
  static let sysctl = EventFields(
    "sysctl", "A parameter of the kernel was read or written.",
    [
      .int("sysctl.action", "Whether it was read or written.", constants: "Sysctl actions") {
        $0.event.activity.sysctl.map { $0.isWrite ? 2 : 1 } ?? 0
      },
      .int("sysctl.file_position", "Offset in the parameter's file.") { $0.event.activity.sysctl?.position ?? 0 },
      .string("sysctl.name", "Name of the parameter, such as \"kernel/core_pattern\".") {
        $0.event.activity.sysctl?.name.text ?? ""
      },
      .bool("sysctl.name_truncated", "The name is longer than what was kept.") {
        $0.event.activity.sysctl?.name.isCut ?? false
      },
      .string("sysctl.old_value", "The value before it was written.") {
        $0.event.activity.sysctl?.oldValue.text ?? ""
      },
      .bool("sysctl.old_value_truncated", "That value is longer than what was kept.") {
        $0.event.activity.sysctl?.oldValue.isCut ?? false
      },
      .string("sysctl.value", "The value that was read or written.") { $0.event.activity.sysctl?.value.text ?? "" },
      .bool("sysctl.value_truncated", "The value is longer than what was kept.") {
        $0.event.activity.sysctl?.value.isCut ?? false
      },
    ])
}
