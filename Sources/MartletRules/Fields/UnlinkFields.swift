extension EventFields {
  static let unlink = EventFields(
    "unlink", "A name of a file was removed.",
    [
      .file("unlink.file", "The file.", .subject),
      .int("unlink.flags", "Flags of the call.", constants: "Unlink flags"),
      .retval("unlink.retval"),
      .int("unlink.syscall.dirfd", "The directory's descriptor as the caller gave it."),
      .int("unlink.syscall.flags", "The flags as the caller gave them.", constants: "Unlink flags"),
      .string("unlink.syscall.path", "The path as the caller gave it."),
    ])
}
