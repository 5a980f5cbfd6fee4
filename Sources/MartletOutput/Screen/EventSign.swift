import MartletModel

extension EventType {
  /// One character that tells the type at a glance.
  var sign: String {
    switch self {
    case .fork: "+"
    case .exec: "$"
    case .exit: "-"
    case .open: "."
    case .setuid, .setgid: "#"
    case .capset: "^"
    case .signal: "!"
    case .chdir: "/"
    case .mkdir, .rmdir, .link, .rename, .unlink: "~"
    case .chmod, .chown, .utimes, .setxattr, .removexattr: "%"
    case .splice: "|"
    case .mount, .umount, .unshare: "%"
    case .mmap, .mprotect: "@"
    case .ptrace: "&"
    case .bpf, .loadModule, .unloadModule: "*"
    case .selinux: "="
    case .bind: "="
    case .dns: "?"
    case .imds: "~"
    case .connect: ">"
    case .accept: "<"
    case .prctl, .setrlimit: "#"
    case .setsockopt, .sysctl: "="
    case .cgroupWrite: "/"
    case .syscalls: ":"
    case .session: "@"
    }
  }

  var ink: Ink {
    switch self {
    case .fork: .blue
    case .exec: .green
    case .exit: .dim
    case .open: .cyan
    case .setuid, .setgid, .capset: .yellow
    case .signal: .magenta
    case .chdir: .blue
    case .mkdir, .rmdir, .link, .rename, .unlink: .cyan
    case .chmod, .chown, .utimes, .setxattr, .removexattr: .yellow
    case .splice: .cyan
    case .mount, .umount, .unshare, .session: .blue
    case .mmap, .mprotect: .cyan
    case .ptrace, .bpf, .loadModule, .unloadModule, .selinux: .magenta
    case .bind, .dns, .connect, .accept: .cyan
    case .imds: .magenta
    case .prctl, .setsockopt, .setrlimit, .sysctl, .cgroupWrite: .yellow
    case .syscalls: .dim
    }
  }
}
