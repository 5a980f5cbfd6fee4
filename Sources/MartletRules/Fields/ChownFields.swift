extension EventFields {
  static let chown = EventFields(
    "chown", "The owner of a file was changed.",
    [
      .file("chown.file", "The file, with the owner it had before.", .subject),
      .int("chown.file.destination.gid", "Id of the new group; -1 to keep it."),
      .string("chown.file.destination.group", "Name of the new group."),
      .int("chown.file.destination.uid", "Id of the new owner; -1 to keep it."),
      .string("chown.file.destination.user", "Name of the new owner."),
      .retval("chown.retval"),
      .int("chown.syscall.gid", "The group id as the caller gave it."),
      .string("chown.syscall.path", "The path as the caller gave it."),
      .int("chown.syscall.uid", "The user id as the caller gave it."),
    ])
}
