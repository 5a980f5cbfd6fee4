extension EventFields {
  static let link = EventFields(
    "link", "A file was given another name by a hard link.",
    [
      .file("link.file", "The file, under the name it had.", .subject),
      .file("link.file.destination", "The file, under its new name.", .destination),
      .retval("link.retval"),
      .string("link.syscall.destination.path", "The new path as the caller gave it.", .paths),
      .string("link.syscall.path", "The old path as the caller gave it."),
    ])
}
