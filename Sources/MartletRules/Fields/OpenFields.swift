import MartletModel

extension EventFields {
  static let open = EventFields(
    "open", "A file was opened or created.",
    [
      .file("open.file", "The file.", .subject),
      .int(
        "open.file.destination.mode", "The mode asked for, if the call may create the file.",
        constants: "File mode constants"
      ) { $0.createdMode },
      .int("open.flags", "How it was opened.", constants: "Open flags") { $0.event.activity.open?.flags ?? 0 },
      .retval("open.retval"),
      .int("open.syscall.flags", "The flags as the caller gave them.", constants: "Open flags") {
        $0.event.activity.open?.flags ?? 0
      },
      .int("open.syscall.mode", "The mode as the caller gave it.") { $0.event.activity.open?.mode ?? 0 },
      .string("open.syscall.path", "The path as the caller gave it.", missing: "the kernel's path is recorded instead"),
    ])
}
