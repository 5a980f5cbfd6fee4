import MartletModel

/// A function inside of calls that is hooked where the kernel takes that. It is given the file that the kernel came to.
package enum InsideHook: String, CaseIterable, Sendable {
  case mayOpen = "may_open"
  case vfsOpen = "vfs_open"
  case vfsTruncate = "vfs_truncate"

  /// What the probes call its program.
  package var program: String { "inside_" + rawValue }

  /// Its place as libbpf writes it.
  package var section: String { (isEntry ? "fentry/" : "fexit/") + rawValue }

  /// Whether the program runs when the function begins.
  var isEntry: Bool { self == .vfsTruncate }

  /// The place of the `struct path` among the function's arguments.
  var pathIndex: UInt32 { self == .mayOpen ? 1 : 0 }

  /// The events that it tells more of.
  var events: Set<EventType> { [.open] }

  /// What is not told without it.
  package var cost: String {
    switch self {
    case .mayOpen: "the file of a refused open, and the layer of a file before it is copied up, are not known"
    case .vfsOpen: "the file of an open that a driver or a security module refuses is not known"
    case .vfsTruncate: "the file of a truncate is what the caller's string led to"
    }
  }
}
