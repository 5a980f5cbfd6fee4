import MartletModel

extension EventFields {
  static let unlink = EventFields(
    "unlink", "A name of a file was removed.",
    [
      .file("unlink.file", "The file.", .subject),
      .int("unlink.flags", "Flags of the call.", constants: "Unlink flags") { $0.event.activity.change?.flags ?? 0 },
      .retval("unlink.retval"),
      .int(
        "unlink.syscall.dirfd", "The directory's descriptor as the caller gave it.",
        missing: "the file's path says more"),
      .int("unlink.syscall.flags", "The flags as the caller gave them.", constants: "Unlink flags") {
        $0.event.activity.change?.flags ?? 0
      },
      .string("unlink.syscall.path", "The path as the caller gave it.") { $0.event.activity.change?.argument ?? "" },
    ])
}
