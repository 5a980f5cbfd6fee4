extension EventFields {
  static let selinux = EventFields(
    "selinux", "The state of SELinux was changed.",
    [
      .string("selinux.bool.name", "The boolean that was set."),
      .string("selinux.bool.state", "Its new value."),
      .bool("selinux.bool_commit.state", "Booleans that had been set were put in force."),
      .string("selinux.enforce.status", "\"enforcing\", \"permissive\" or \"disabled\"."),
    ])
}
