/// What kind of activity an event is. Raw values are those of `enum martlet_record_type`, and so of recordings.
package enum EventType: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case fork = 1
  case exec
  case exit
  case open
  case setuid
  case setgid
  case capset
  case signal
  case chdir
  case mkdir
  case rmdir
  case link
  case rename
  case unlink
  case chmod
  case chown
  case utimes
  case setxattr
  case removexattr
  case splice
  case mount = 21
  case umount
  /// No event leaves of it: it tells the mounts of a new namespace.
  case unshare
  case mmap
  case mprotect
  case ptrace
  case bpf
  case loadModule
  case unloadModule
  case selinux

  /// SECL's name of the type, which is `evt.name` too.
  package var name: String {
    switch self {
    case .fork: "fork"
    case .exec: "exec"
    case .exit: "exit"
    case .open: "open"
    case .setuid: "setuid"
    case .setgid: "setgid"
    case .capset: "capset"
    case .signal: "signal"
    case .chdir: "chdir"
    case .mkdir: "mkdir"
    case .rmdir: "rmdir"
    case .link: "link"
    case .rename: "rename"
    case .unlink: "unlink"
    case .chmod: "chmod"
    case .chown: "chown"
    case .utimes: "utimes"
    case .setxattr: "setxattr"
    case .removexattr: "removexattr"
    case .splice: "splice"
    case .mount: "mount"
    case .umount: "umount"
    case .unshare: "unshare"
    case .mmap: "mmap"
    case .mprotect: "mprotect"
    case .ptrace: "ptrace"
    case .bpf: "bpf"
    case .loadModule: "load_module"
    case .unloadModule: "unload_module"
    case .selinux: "selinux"
    }
  }

  /// `evt.category`.
  package var category: String {
    switch self {
    case .fork, .exec, .exit, .signal: "Process Activity"
    case .open, .setuid, .setgid, .capset, .chdir, .mkdir, .rmdir, .link, .rename, .unlink, .chmod, .chown, .utimes,
      .setxattr, .removexattr, .splice, .mount, .umount, .unshare:
      "File Activity"
    case .mmap, .mprotect, .ptrace, .bpf, .loadModule, .unloadModule, .selinux: "Kernel Activity"
    }
  }

  /// Whether events of the type leave; of the others only what they tell of the context is taken.
  package var isEvent: Bool { self != .unshare }

  /// Left out where nobody names it: each exec makes dozens.
  package var isFrequent: Bool { self == .mmap || self == .mprotect }

  package init?(name: some StringProtocol) {
    guard let type = EventType.allCases.first(where: { $0.isEvent && $0.name == name }) else { return nil }
    self = type
  }
}
