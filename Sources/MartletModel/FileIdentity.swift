/// A file as the kernel resolved it: what the path, the mount and the inode were at the moment of the event.
package struct FileIdentity: Sendable {
  /// Absolute, without symbolic links, in the mount namespace of the process; `""` where there is none (memfd).
  package var path = ""
  /// The last component; `"memfd:NAME"` for a memfd.
  package var name = ""
  package var pathError: PathError?
  /// On an overlay the lower file's number if there is one, so that a copy-up does not change it.
  package var inode: UInt64 = 0
  /// `i_mode`, type bits included.
  package var mode: UInt16 = 0
  package var uid: UInt32 = 0
  package var gid: UInt32 = 0
  package var user = ""
  package var group = ""
  package var modified: Instant?
  package var changed: Instant?
  /// `mnt_id`; 0 for a file that lives on a mount of the kernel's own.
  package var mountID: UInt32 = 0
  /// Type name of the file system, `"ext4"`; `""` where unknown.
  package var filesystem = ""
  /// Where the file's mount hangs, `"/"`.
  package var mountPath = ""
  package var mountSource = MountSource.unknown
  package var mountOrigin = MountOrigin.unknown
  /// Whether the inode has a copy in the upper layer; `nil` where the file is not on an overlay.
  package var inUpperLayer: Bool?

  package init() {}

  /// The last component of a path; `""` of the root.
  ///
  /// Paths are split at the byte: to a `Character` a slash with a combining mark behind it is no slash.
  package static func name(path: String) -> String {
    let bytes = path.utf8Span.span
    var end = bytes.count
    while end > 0, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
    var start = end
    while start > 0, bytes[start - 1] != UInt8(ascii: "/") { start -= 1 }
    return String(Substring(path.utf8.prefix(end).dropFirst(start)))
  }

  /// Whether the file lives on a mount of the kernel's own: a memfd or other shared memory.
  package var isFileless: Bool { mountID == 0 && inode != 0 }
}

/// What the context of a file was taken from.
package struct FilePlace: Sendable {
  /// The container whose names its owners have; `""` on the host.
  package let container: String
  /// The state of what was known of mounts and accounts; it only rises, from 1 on.
  package let revision: UInt64

  package init(container: String, revision: UInt64) {
    self.container = container
    self.revision = revision
  }

  /// Of a context that may be another one next time.
  package static let nowhere = FilePlace(container: "", revision: 0)

  /// Whether a file has the same context in both.
  package func isSame(as other: FilePlace) -> Bool {
    revision == other.revision && container.isSame(as: other.container)
  }
}

/// Why a path is not, or not wholly, what the kernel resolved.
package enum PathError: Hashable, Sendable {
  /// It has more components or bytes than a record takes: its beginning is missing.
  case truncated
  /// The file is reached through a mount that no namespace shows.
  case detached
  /// The kernel kept no file: this is the caller's string, made absolute word by word.
  case userString
  /// The call had a path, and it could not be read.
  case unknown
}

/// How the mount of a file was found.
package enum MountSource: String, Sendable {
  case unknown
  case mountID = "mount_id"
  case device
  case snapshot
}

/// How a mount became known.
package enum MountOrigin: String, Sendable {
  case unknown
  case procfs
  case event
  case unshare
}
