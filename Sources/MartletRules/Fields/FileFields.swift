import MartletModel
import SECL

extension FieldRow {
  /// What is known of a file; each under the name of the file, such as `open.file`.
  static func file<Place: PlaceOfFile>(_: Place.Type) -> [FieldRow] {
    let naming: Field.Traits = Place.isRecurring ? .recurring : []
    return [
      .int("uid", "Id of the owner.") { Place.file($0).uid },
      .string("user", "Name of the owner.") { Place.file($0).user },
      .int("gid", "Id of the owning group.") { Place.file($0).gid },
      .string("group", "Name of the owning group.") { Place.file($0).group },
      .int("mode", "Type and permissions, as `st_mode` of stat(2) has them.", constants: "Inode mode constants") {
        Place.file($0).mode
      },
      .int("rights", "Permissions alone: the low twelve bits of the mode.", constants: "File mode constants") {
        Place.file($0).mode & 0o7777
      },
      .time("change_time", "When the inode was last changed.") { Place.file($0).changed },
      .time("modification_time", "When the contents were last changed.") { Place.file($0).modified },
      .int("inode", "Inode number; on an overlay that of the lower file, if there is one.") {
        Place.file($0).inode
      },
      .int("mount_id", "Id of the mount that it lies on; 0 for a memfd.") { Place.file($0).mountID },
      .bool("in_upper_layer", "It lies in the writable layer of an overlay, such as a container's.") {
        Place.file($0).inUpperLayer ?? false
      },
      .names("path", "Absolute path, without symbolic links; empty for a memfd.", naming.union([.globs, .paths])) {
        // Asked for one by one: so only the texts that are read are copied.
        let path = Place.file($0).path
        let aliases = Place.aliases($0)
        let mount = Place.file($0).mountPath
        guard Place.file($0).filesystem == "overlay", mount != "/" else {
          return aliases.map { .texts($0.paths) } ?? .text(path)
        }
        return .texts(FileIdentity.names(of: aliases?.paths ?? [path], mountedAt: mount))
      },
      .int("path.length", "Bytes of the path.") { Place.file($0).path.utf8.count },
      .names("name", "Last component of the path; `memfd:NAME` for a memfd.", naming) {
        Place.aliases($0).map { .texts($0.names) } ?? .text(Place.file($0).name)
      },
      .int("name.length", "Bytes of the name.") { Place.file($0).name.utf8.count },
      .string("filesystem", "Type of the file system, such as \"ext4\" or \"overlay\".", naming) {
        Place.file($0).filesystem
      },
      .string("extension", "The name from its last dot on; empty without a dot.", naming.union(.extensions)) {
        ending(of: Place.file($0).name)
      },
      .bool("mount_visible", "Its mount hangs in the tree of mounts.") { Place.file($0).isMountVisible },
      .bool("mount_detached", "Its mount hangs in no tree of mounts.") { Place.file($0).pathError == .detached },
      .string("package.name", "Package that installed it.", cost: 2) { $0.package(of: Place.self)?.name ?? "" },
      .string("package.version", "That package's full version.", cost: 2) {
        $0.package(of: Place.self)?.version.text ?? ""
      },
      .int("package.epoch", "That package's epoch.", cost: 2) { $0.package(of: Place.self)?.version.epoch ?? 0 },
      .string("package.release", "That package's release.", cost: 2) {
        $0.package(of: Place.self)?.version.release ?? ""
      },
      .string("package.source_version", "Full version of that package's source.", cost: 2) {
        $0.package(of: Place.self)?.source.text ?? ""
      },
      .int("package.source_epoch", "Epoch of that package's source.", cost: 2) {
        $0.package(of: Place.self)?.source.epoch ?? 0
      },
      .string("package.source_release", "Release of that package's source.", cost: 2) {
        $0.package(of: Place.self)?.source.release ?? ""
      },
      .hashes(Place.self),
    ]
  }

  private static func hashes<Place: PlaceOfFile>(_: Place.Type) -> FieldRow {
    var row = strings("hashes", "Digests of the contents, as ALGORITHM:HEX.", cost: 3) {
      $0.hash(of: Place.self)?.digests ?? []
    }
    row.hasher = { event, limit in
      event.hash(of: Place.self, limit: limit).map { (Place.file(event), $0) }
    }
    return row
  }
}

extension FileIdentity {
  /// The paths, and for those on an overlay that is mounted elsewhere than at the root the paths below its mount point
  /// too: there a container, or the rule's author, knows the file.
  fileprivate static func names(of paths: [String], mountedAt mountPath: String) -> [String] {
    paths
      + paths.compactMap { path in
        guard !mountPath.isEmpty, path.utf8.starts(with: mountPath.utf8) else { return nil }
        let below = path.utf8.dropFirst(mountPath.utf8.count)
        return below.first == UInt8(ascii: "/") ? String(Substring(below)) : nil
      }
  }

  // Inlined into each row: passing a file on would copy it.
  @inline(__always) fileprivate var isMountVisible: Bool { mountID != 0 && pathError != .detached }
}

/// A name from its last dot on.
private func ending(of name: String) -> String {
  let bytes = name.utf8
  guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return "" }
  return String(Substring(bytes[dot...]))
}
