import MartletModel

/// The fields of one event type. Their names begin with its name.
struct EventFields: Sendable {
  /// The event type's name.
  let type: String
  /// What happened, in one line.
  let docs: String
  /// The version that first sees such events, once it does.
  let since: String
  let rows: [FieldRow]

  init(_ type: String, _ docs: String, since: String = "0.1.0", _ rows: [FieldRow]) {
    self.type = type
    self.docs = docs
    self.since = since
    self.rows = rows
  }

  /// Whether events of this type are seen by this version.
  var isProduced: Bool { EventType(name: type) != nil }

  /// Every event type that rules may be about.
  static let all: [EventFields] = [
    .accept, .bind, .bpf, .capabilities, .capset, .cgroupWrite, .chdir, .chmod, .chown, .connect, .dns, .exec,
    .exit, .imds, .link, .loadModule, .mkdir, .mmap, .mount, .mprotect, .networkFlowMonitor, .ondemand, .open,
    .packet, .prctl, .ptrace, .removexattr, .rename, .rmdir, .selinux, .setgid, .setrlimit, .setsockopt,
    .setuid, .setxattr, .signal, .splice, .sysctl, .unlink, .unloadModule, .utimes,
  ]
}
