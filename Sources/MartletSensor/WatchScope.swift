import CLinux
internal import CMartletABI
import Glibc

/// Whose activity is watched. Kernel threads and this process itself never are.
package enum WatchScope: Hashable, Sendable {
  /// The processes that are admitted, and all that descends from them.
  case tree
  /// The processes of a cgroup and of all below it.
  case cgroup(Cgroup)
  /// All.
  case host

  func fill(_ config: inout martlet_config) {
    config.own_tgid = UInt32(getpid())
    switch self {
    case .tree: config.scope = MARTLET_SCOPE_TREE.rawValue
    case .cgroup(let cgroup):
      config.scope = MARTLET_SCOPE_CGROUP.rawValue
      config.cgroup_id = cgroup.id
      config.cgroup_level = cgroup.level
    case .host: config.scope = MARTLET_SCOPE_HOST.rawValue
    }
  }
}

/// A cgroup of the default hierarchy (version 2).
package struct Cgroup: Hashable, Sendable {
  /// Its directory.
  package let path: String
  /// The number of its directory, which is the kernel's id of it.
  package let id: UInt64
  /// How many cgroups are above it.
  let level: UInt32

  /// The number of the directory that is the root of the hierarchy.
  private static let rootID = 1
  /// The kernel allows INT_MAX levels; nobody has so many.
  private static let deepest: UInt32 = 256

  /// The cgroup whose directory is at `path`.
  package init(path: String) throws(CgroupError) {
    var directory = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw .unreadable(path: path, errno: errno) }
    defer { close(directory) }
    let id = clinux_cgroup_id(directory)
    guard id != 0 else { throw .noCgroup(path: path) }
    // The way up ends at the root of the hierarchy, or at that of a mount that shows only a part of it.
    var (level, current): (UInt32, UInt64) = (0, id)
    while current != Self.rootID {
      let parent = unsafe openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard parent >= 0 else { throw .unreadable(path: path, errno: errno) }
      close(directory)
      directory = parent
      let next = clinux_cgroup_id(parent)
      guard next != 0, next != current, level < Self.deepest else { throw .partOfHierarchy(path: path) }
      (level, current) = (level + 1, next)
    }
    (self.path, self.id, self.level) = (path, id, level)
  }
}

/// A path that names no cgroup that can be watched.
package enum CgroupError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String, errno: Int32)
  case noCgroup(path: String)
  case partOfHierarchy(path: String)

  package var description: String {
    switch self {
    case .unreadable(let path, let errno): unsafe "cannot read '\(path)': \(String(cString: strerror(errno)))"
    case .noCgroup(let path): "'\(path)' is no cgroup of version 2"
    case .partOfHierarchy(let path):
      "'\(path)' is in a part of the cgroup hierarchy whose root is not seen from here; mount cgroup2 in the initial"
        + " cgroup namespace"
    }
  }
}
