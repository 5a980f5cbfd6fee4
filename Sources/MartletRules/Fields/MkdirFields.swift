extension EventFields {
  static let mkdir = EventFields(
    "mkdir", "A directory was made.",
    [
      .file("mkdir.file", "The directory.", .subject),
      .int("mkdir.file.destination.mode", "The mode asked for.", constants: "File mode constants"),
      .int("mkdir.file.destination.rights", "The permissions asked for.", constants: "File mode constants"),
      .retval("mkdir.retval"),
      .int("mkdir.syscall.mode", "The mode as the caller gave it."),
      .string("mkdir.syscall.path", "The path as the caller gave it."),
    ])
}
