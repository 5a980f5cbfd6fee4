extension EventFields {
  static let rename = EventFields(
    "rename", "A file was given another name.",
    [
      .file("rename.file", "The file, under its old name.", .subject),
      .file("rename.file.destination", "The file, under its new name.", .destination),
      .retval("rename.retval"),
      .string("rename.syscall.destination.path", "The new path as the caller gave it.", .paths),
      .string("rename.syscall.path", "The old path as the caller gave it."),
    ])
}
