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
  case bind = 31
  case dns
  case imds
  case connect
  case accept
  case prctl
  case setsockopt
  case setrlimit
  case sysctl
  case cgroupWrite
  case syscalls
  /// No event leaves of it: it tells whom a process works for.
  case session = 60

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
    case .bind: "bind"
    case .dns: "dns"
    case .imds: "imds"
    case .connect: "connect"
    case .accept: "accept"
    case .prctl: "prctl"
    case .setsockopt: "setsockopt"
    case .setrlimit: "setrlimit"
    case .sysctl: "sysctl"
    case .cgroupWrite: "cgroup_write"
    case .syscalls: "syscalls"
    case .session: "session"
    }
  }

  /// `evt.category`.
  package var category: String {
    switch self {
    case .fork, .exec, .exit, .signal, .prctl, .setrlimit, .syscalls, .session: "Process Activity"
    case .open, .setuid, .setgid, .capset, .chdir, .mkdir, .rmdir, .link, .rename, .unlink, .chmod, .chown, .utimes,
      .setxattr, .removexattr, .splice, .mount, .umount, .unshare:
      "File Activity"
    case .mmap, .mprotect, .ptrace, .bpf, .loadModule, .unloadModule, .selinux, .bind, .setsockopt, .sysctl,
      .cgroupWrite:
      "Kernel Activity"
    case .dns, .imds, .connect, .accept: "Network Activity"
    }
  }

  /// Whether events of the type leave; of the others only what they tell of the context is taken.
  package var isEvent: Bool { self != .unshare && self != .session }

  /// Whether it is seen only by whom asks for it: there would be too many, or the schema does not know it, and it tells
  /// what the schema has room for.
  package var isOnRequest: Bool { Self.onRequest.contains(self) }

  private static let onRequest: Set<EventType> = [
    .mmap, .mprotect, .syscalls, .connect, .accept, .prctl, .setsockopt, .setrlimit, .sysctl, .cgroupWrite,
  ]

  /// All that are seen when nobody asks for anything in particular.
  package static let standard = Set(allCases.filter { $0.isEvent && !$0.isOnRequest })

  package init?(name: some StringProtocol) {
    guard let type = EventType.allCases.first(where: { $0.isEvent && $0.name == name }) else { return nil }
    self = type
  }
}
