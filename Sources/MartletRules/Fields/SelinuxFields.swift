import MartletModel

extension EventFields {
  static let selinux = EventFields(
    "selinux", "The state of SELinux was changed.",
    [
      .string("selinux.bool.name", "The boolean that was set.") { $0.event.activity.selinux?.booleanName ?? "" },
      .string("selinux.bool.state", "Its new value: \"on\", \"off\", or \"error\" for what is no number.") {
        $0.event.activity.selinux?.booleanState ?? ""
      },
      .bool("selinux.bool_commit.state", "Booleans that had been set were put in force.") {
        $0.event.activity.selinux?.change == .commit(true)
      },
      .string("selinux.enforce.status", "\"enforcing\", \"permissive\" or \"disabled\".") {
        $0.event.activity.selinux?.status?.rawValue ?? ""
      },
    ])
}
