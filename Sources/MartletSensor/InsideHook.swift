import MartletModel

/// A function inside of calls that is hooked where the kernel takes that. It is given the file that the kernel came to.
package enum InsideHook: String, CaseIterable, Sendable {
  case mayOpen = "may_open"
  case vfsOpen = "vfs_open"
  case vfsTruncate = "vfs_truncate"
  case pathMkdir = "security_path_mkdir"
  case pathUnlink = "security_path_unlink"
  case pathRmdir = "security_path_rmdir"
  case pathRename = "security_path_rename"
  case pathLink = "security_path_link"
  case pathChmod = "security_path_chmod"
  case pathChown = "security_path_chown"
  case vfsUtimes = "vfs_utimes"
  case vfsSetxattr = "vfs_setxattr"
  case vfsRemovexattr = "vfs_removexattr"
  case vfsSetACL = "vfs_set_acl"
  case vfsRemoveACL = "vfs_remove_acl"

  /// What the probes call its program.
  package var program: String { "inside_" + rawValue }

  /// Its place as libbpf writes it.
  package var section: String { (isEntry ? "fentry/" : "fexit/") + rawValue }

  /// Whether the program runs when the function begins.
  var isEntry: Bool { self != .mayOpen && self != .vfsOpen }

  /// An argument that the program reads, by which it is known that the function is the one that we mean.
  var argument: (index: UInt32, structure: String) {
    switch self {
    case .mayOpen, .pathLink: (1, "path")
    case .vfsSetxattr, .vfsRemovexattr, .vfsSetACL, .vfsRemoveACL: (1, "dentry")
    default: (0, "path")
    }
  }

  /// The events that it tells more of.
  var event: EventType {
    switch self {
    case .mayOpen, .vfsOpen, .vfsTruncate: .open
    case .pathMkdir: .mkdir
    case .pathUnlink: .unlink
    case .pathRmdir: .rmdir
    case .pathRename: .rename
    case .pathLink: .link
    case .pathChmod: .chmod
    case .pathChown: .chown
    case .vfsUtimes: .utimes
    case .vfsSetxattr, .vfsSetACL: .setxattr
    case .vfsRemovexattr, .vfsRemoveACL: .removexattr
    }
  }

  /// Whether it tells all of the files of its events, so that nobody need look for them when the call begins.
  var tellsFiles: Bool { event != .open && event != .setxattr && event != .removexattr }

  /// What is not told without it.
  package var cost: String {
    switch self {
    case .mayOpen: "the file of a refused open, and the layer of a file before it is copied up, are not known"
    case .vfsOpen: "the file of an open that a driver or a security module refuses is not known"
    case .vfsTruncate: "the file of a truncate is what the caller's string led to"
    case .vfsSetxattr, .vfsRemovexattr, .vfsSetACL, .vfsRemoveACL:
      "the name of an attribute is what the caller's memory holds"
    default: "the file of a \(event.name) is looked for before the call, and proven after it"
    }
  }
}
