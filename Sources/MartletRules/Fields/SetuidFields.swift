import MartletModel

extension EventFields {
  static let setuid = EventFields(
    "setuid", "A process changed its user ids.",
    [
      .int("setuid.euid", "New effective user id.") { $0.event.activity.credentials.euid },
      .string("setuid.euser", "Name of the new effective user.") { $0.newNames.euser },
      .int("setuid.fsuid", "New user id that file permissions are checked against.") {
        $0.event.activity.credentials.fsuid
      },
      .string("setuid.fsuser", "Name of that user.") { $0.newNames.fsuser },
      .int("setuid.uid", "New real user id.") { $0.event.activity.credentials.uid },
      .string("setuid.user", "Name of the new real user.") { $0.newNames.user },
    ])
}
