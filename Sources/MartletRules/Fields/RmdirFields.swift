extension EventFields {
  static let rmdir = EventFields(
    "rmdir", "A directory was removed.",
    [
      .file("rmdir.file", "The directory.", .subject),
      .retval("rmdir.retval"),
      .string("rmdir.syscall.path", "The path as the caller gave it."),
    ])
}
