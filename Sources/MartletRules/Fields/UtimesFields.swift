extension EventFields {
  static let utimes = EventFields(
    "utimes", "The times of a file were set.",
    [
      .file("utimes.file", "The file, with the times it had before.", .subject),
      .retval("utimes.retval"),
      .string("utimes.syscall.path", "The path as the caller gave it."),
    ])
}
