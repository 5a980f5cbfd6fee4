import MartletModel

extension EventFields {
  static let cgroupWrite = EventFields(
    "cgroup_write", "A process was moved to another cgroup.",
    [
      .file("cgroup_write.file", "The cgroup's file that was written to.", .subject),
      .int("cgroup_write.pid", "Process or thread that was moved, by its id in the initial pid namespace.") {
        $0.event.activity.cgroupWrite?.pid ?? 0
      },
    ])
}
