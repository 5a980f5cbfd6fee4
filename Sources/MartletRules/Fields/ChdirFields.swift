import MartletModel

extension EventFields {
  static let chdir = EventFields(
    "chdir", "A process changed its working directory.",
    [
      .file("chdir.file", "The directory.", .subject),
      .retval("chdir.retval"),
      .string("chdir.syscall.path", "The path as the caller gave it; empty for fchdir(2).") {
        $0.event.activity.chdir?.argument ?? ""
      },
    ])
}
