import MartletModel
import SECL

extension FieldRow<FileIdentity> {
  /// What is known of a file; each under the name of the file, such as `open.file`.
  static let file: [FieldRow] = [
    .int("uid", "Id of the owner.") { $0.uid },
    .string("user", "Name of the owner.") { $0.user },
    .int("gid", "Id of the owning group.") { $0.gid },
    .string("group", "Name of the owning group.") { $0.group },
    .int("mode", "Type and permissions, as `st_mode` of stat(2) has them.", constants: "Inode mode constants") {
      $0.mode
    },
    .int("rights", "Permissions alone: the low twelve bits of the mode.", constants: "File mode constants") {
      $0.mode & 0o7777
    },
    .time("change_time", "When the inode was last changed.") { $0.changed },
    .time("modification_time", "When the contents were last changed.") { $0.modified },
    .int("inode", "Inode number; on an overlay that of the lower file, if there is one.") { $0.inode },
    .int("mount_id", "Id of the mount that it lies on; 0 for a memfd.") { $0.mountID },
    .bool("in_upper_layer", "It lies in the writable layer of an overlay, such as a container's.") {
      $0.inUpperLayer ?? false
    },
    .names("path", "Absolute path, without symbolic links; empty for a memfd.", [.globs, .paths]) { $0.pathNames },
    .int("path.length", "Bytes of the path.") { $0.path.utf8.count },
    .string("name", "Last component of the path; `memfd:NAME` for a memfd.") { $0.name },
    .int("name.length", "Bytes of the name.") { $0.name.utf8.count },
    .string("filesystem", "Type of the file system, such as \"ext4\" or \"overlay\".") { $0.filesystem },
    .string("extension", "The name from its last dot on; empty without a dot.", .extensions) { $0.fileExtension },
    .bool("mount_visible", "Its mount hangs in the tree of mounts.") { $0.mountID != 0 && $0.pathError != .detached },
    .bool("mount_detached", "Its mount hangs in no tree of mounts.") { $0.pathError == .detached },
    .string("package.name", "Package that installed it.", cost: 2, missing: noPackages),
    .string("package.version", "That package's full version.", cost: 2, missing: noPackages),
    .number("package.epoch", "That package's epoch."),
    .string("package.release", "That package's release.", cost: 2, missing: noPackages),
    .string("package.source_version", "Full version of that package's source.", cost: 2, missing: noPackages),
    .number("package.source_epoch", "Epoch of that package's source."),
    .string("package.source_release", "Release of that package's source.", cost: 2, missing: noPackages),
    .strings("hashes", "Digests of the contents, as ALGORITHM:HEX.", cost: 3, missing: "files are not hashed yet"),
  ]

  private static let noPackages = "package databases are not read yet"

  private static func number(_ name: String, _ docs: String) -> FieldRow {
    FieldRow(name: name, docs: docs, content: .field(.int, nil), cost: 2, missing: noPackages)
  }
}

extension FileIdentity {
  /// The path, and where an overlay is mounted elsewhere than at the root, the path below its mount point too: that is
  /// where a container, or the rule's author, knows the file.
  fileprivate var pathNames: Reading {
    guard filesystem == "overlay", mountPath.utf8.count > 1, path.utf8.count > mountPath.utf8.count,
      path.utf8.starts(with: mountPath.utf8)
    else { return .text(path) }
    let below = path.utf8.dropFirst(mountPath.utf8.count)
    guard below.first == UInt8(ascii: "/") else { return .text(path) }
    return .texts([path, String(Substring(below))])
  }

  fileprivate var fileExtension: String {
    name.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(Substring(name.utf8[$0...])) } ?? ""
  }
}
