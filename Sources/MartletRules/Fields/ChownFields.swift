import MartletModel

extension EventFields {
  static let chown = EventFields(
    "chown", "The owner of a file was changed.",
    [
      .file("chown.file", "The file, with the owner it had before.", .subject),
      .int("chown.file.destination.gid", "Id of the new group; -1 to keep it.") { $0.askedGID },
      .string("chown.file.destination.group", "Name of the new group.") { $0.newNames.group },
      .int("chown.file.destination.uid", "Id of the new owner; -1 to keep it.") { $0.askedUID },
      .string("chown.file.destination.user", "Name of the new owner.") { $0.newNames.user },
      .retval("chown.retval"),
      .int("chown.syscall.gid", "The group id as the caller gave it; -1 to keep the group.") { $0.askedGID },
      .string("chown.syscall.path", "The path as the caller gave it.") { $0.event.activity.change?.argument ?? "" },
      .int("chown.syscall.uid", "The user id as the caller gave it; -1 to keep the owner.") { $0.askedUID },
    ])
}
