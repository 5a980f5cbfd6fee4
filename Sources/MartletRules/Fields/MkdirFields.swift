import MartletModel

extension EventFields {
  static let mkdir = EventFields(
    "mkdir", "A directory was made.",
    [
      .file("mkdir.file", "The directory.", .subject),
      .int("mkdir.file.destination.mode", "The mode asked for.", constants: "File mode constants") {
        $0.event.activity.change?.mode ?? 0
      },
      .int("mkdir.file.destination.rights", "The permissions asked for.", constants: "File mode constants") {
        ($0.event.activity.change?.mode ?? 0) & 0o7777
      },
      .retval("mkdir.retval"),
      .int("mkdir.syscall.mode", "The mode as the caller gave it.") { $0.event.activity.change?.mode ?? 0 },
      .string("mkdir.syscall.path", "The path as the caller gave it.") { $0.event.activity.change?.argument ?? "" },
    ])
}
