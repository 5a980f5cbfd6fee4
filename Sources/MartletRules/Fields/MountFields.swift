import MartletModel

extension EventFields {
  static let mount = EventFields(
    "mount", "A file system was mounted.",
    [
      .bool("mount.detached", "The mount hangs in no tree of mounts.") { $0.event.activity.mount?.isDetached ?? false },
      .string("mount.fs_type", "Type of the file system.") { $0.event.activity.mount?.root.filesystem ?? "" },
      .string("mount.mountpoint.path", "Where it was mounted.", .paths) {
        $0.event.activity.mount?.mountPoint.path ?? ""
      },
      .retval("mount.retval"),
      .string("mount.root.path", "The directory of the file system that was mounted.", .paths) {
        $0.event.activity.mount?.root.path ?? ""
      },
      .string("mount.source.path", "The directory that a bind mount shows again.", .paths) {
        $0.event.activity.mount?.source?.path ?? ""
      },
      .string("mount.syscall.fs_type", "The type as the caller gave it.", missing: theKernels),
      .string(
        "mount.syscall.mountpoint.path", "The mount point as the caller gave it.", .paths, missing: theKernels),
      .string("mount.syscall.source.path", "The source as the caller gave it.", .paths) {
        $0.event.activity.mount?.argument ?? ""
      },
      .bool("mount.visible", "The mount hangs in the tree of mounts.") {
        $0.event.activity.mount.map { !$0.isDetached } ?? false
      },
    ])

  private static let theKernels = "what the kernel made of it is recorded instead"
}
