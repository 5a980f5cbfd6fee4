extension EventFields {
  static let chmod = EventFields(
    "chmod", "The permissions of a file were changed.",
    [
      .file("chmod.file", "The file, with the mode it had before.", .subject),
      .int("chmod.file.destination.mode", "The mode asked for.", constants: "File mode constants"),
      .int("chmod.file.destination.rights", "The permissions asked for.", constants: "File mode constants"),
      .retval("chmod.retval"),
      .int("chmod.syscall.mode", "The mode as the caller gave it."),
      .string("chmod.syscall.path", "The path as the caller gave it."),
    ])
}
