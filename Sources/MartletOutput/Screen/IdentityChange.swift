import MartletModel

/// What a `setuid` or `setgid` changed: which ids went from whom to whom.
struct IdentityChange {
  /// A user or group, before or after.
  struct Identity: Hashable {
    let id: UInt32
    let name: String
  }

  /// One or more ids that changed alike.
  struct Step {
    /// `["uid", "euid"]`.
    var labels: [String]
    let before: Identity
    let after: Identity
  }

  /// One for each different change; empty if the call asked for what was so already.
  private(set) var steps: [Step] = []
  /// The effective identity before.
  let acting: Identity

  /// `nil` for an event that changes neither users nor groups.
  init?(_ event: Event) {
    let (old, new) = (event.credentials, event.activity.credentials)
    let (oldNames, newNames) = (event.names, event.newNames ?? .none)
    switch event.type {
    case .setuid:
      acting = Identity(id: old.euid, name: oldNames.euser)
      add("uid", old.uid, oldNames.user, new.uid, newNames.user)
      add("euid", old.euid, oldNames.euser, new.euid, newNames.euser)
      add("fsuid", old.fsuid, oldNames.fsuser, new.fsuid, newNames.fsuser)
    case .setgid:
      acting = Identity(id: old.egid, name: oldNames.egroup)
      add("gid", old.gid, oldNames.group, new.gid, newNames.group)
      add("egid", old.egid, oldNames.egroup, new.egid, newNames.egroup)
      add("fsgid", old.fsgid, oldNames.fsgroup, new.fsgid, newNames.fsgroup)
    case .fork, .exec, .exit, .open, .capset, .signal, .chdir, .mkdir, .rmdir, .link, .rename, .unlink, .chmod, .chown,
      .utimes, .setxattr, .removexattr, .splice,
      .mount, .umount, .unshare, .mmap, .mprotect, .ptrace,
      .bpf, .loadModule, .unloadModule, .selinux, .bind, .dns, .imds, .connect, .accept, .session, .prctl, .setsockopt,
      .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      return nil
    }
  }

  private mutating func add(_ label: String, _ old: UInt32, _ oldName: String, _ new: UInt32, _ newName: String) {
    guard old != new else { return }
    let (before, after) = (Identity(id: old, name: oldName), Identity(id: new, name: newName))
    if let index = steps.firstIndex(where: { $0.before == before && $0.after == after }) {
      steps[index].labels.append(label)
    } else {
      steps.append(Step(labels: [label], before: before, after: after))
    }
  }
}
