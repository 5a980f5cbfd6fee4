extension EventFields {
  static let mount = EventFields(
    "mount", "A file system was mounted.",
    [
      .bool("mount.detached", "The mount hangs in no tree of mounts."),
      .string("mount.fs_type", "Type of the file system."),
      .string("mount.mountpoint.path", "Where it was mounted.", .paths),
      .retval("mount.retval"),
      .string("mount.root.path", "The directory of the file system that was mounted.", .paths),
      .string("mount.source.path", "The directory that a bind mount shows again.", .paths),
      .string("mount.syscall.fs_type", "The type as the caller gave it."),
      .string("mount.syscall.mountpoint.path", "The mount point as the caller gave it.", .paths),
      .string("mount.syscall.source.path", "The source as the caller gave it.", .paths),
      .bool("mount.visible", "The mount hangs in the tree of mounts."),
    ])
}
