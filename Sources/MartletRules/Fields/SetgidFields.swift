import MartletModel

extension EventFields {
  static let setgid = EventFields(
    "setgid", "A process changed its group ids.",
    [
      .int("setgid.egid", "New effective group id.") { $0.event.activity.credentials.egid },
      .string("setgid.egroup", "Name of the new effective group.") { $0.newNames.egroup },
      .int("setgid.fsgid", "New group id that file permissions are checked against.") {
        $0.event.activity.credentials.fsgid
      },
      .string("setgid.fsgroup", "Name of that group.") { $0.newNames.fsgroup },
      .int("setgid.gid", "New real group id.") { $0.event.activity.credentials.gid },
      .string("setgid.group", "Name of the new real group.") { $0.newNames.group },
    ])
}
