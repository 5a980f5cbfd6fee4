/// Names that fields had once and that rules still use.
enum OlderNames {
  /// The name that `name` has today; nil if it never had another.
  static func present(for name: String) -> String? {
    if let new = renamed[name] { return new }
    for (suffix, new) in [(".filename", ".file.path"), (".basename", ".file.name")] where name.hasSuffix(suffix) {
      let owner = String(name.dropLast(suffix.count))
      if withFile.contains(owner) { return owner + new }
    }
    return nil
  }

  private static let withFile: Set<String> = [
    "chmod", "chown", "open", "mkdir", "rmdir", "unlink", "utimes", "setxattr", "removexattr", "exec", "process",
    "process.ancestors",
  ]

  private static let renamed: [String: String] = [
    "async": "event.async",
    "container.id": "process.container.id",
    "container.created_at": "process.container.created_at",
    "container.tags": "process.container.tags",
    "cgroup.id": "process.cgroup.id",
    "cgroup.version": "process.cgroup.version",
    "cgroup.file.inode": "process.cgroup.file.inode",
    "cgroup.file.mount_id": "process.cgroup.file.mount_id",
    "chmod.mode": "chmod.file.destination.mode",
    "open.mode": "open.file.destination.mode",
    "mkdir.mode": "mkdir.file.destination.mode",
    "chown.uid": "chown.file.destination.uid",
    "chown.user": "chown.file.destination.user",
    "chown.gid": "chown.file.destination.gid",
    "chown.group": "chown.file.destination.group",
    "rename.old.filename": "rename.file.path",
    "rename.old.basename": "rename.file.name",
    "rename.new.filename": "rename.file.destination.path",
    "rename.new.basename": "rename.file.destination.name",
    "link.source.filename": "link.file.path",
    "link.source.basename": "link.file.name",
    "link.target.filename": "link.file.destination.path",
    "link.target.basename": "link.file.destination.name",
    "setxattr.namespace": "setxattr.file.destination.namespace",
    "setxattr.name": "setxattr.file.destination.name",
    "removexattr.namespace": "removexattr.file.destination.namespace",
    "removexattr.name": "removexattr.file.destination.name",
    "exec.name": "exec.comm",
    "process.name": "process.comm",
    "process.ancestors.name": "process.ancestors.comm",
  ]
}
