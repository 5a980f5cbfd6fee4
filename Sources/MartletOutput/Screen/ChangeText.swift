import MartletModel
import MartletSchema

extension EventType {
  /// Whether there is more to say of a change than which files it was about.
  var hasEffect: Bool {
    switch self {
    case .mkdir, .chmod, .chown, .utimes, .setxattr, .removexattr: true
    case .rmdir, .link, .rename, .unlink, .fork, .exec, .exit, .open, .setuid, .setgid, .capset, .signal, .chdir,
      .splice, .mount, .umount, .unshare, .mmap, .mprotect, .ptrace, .bpf, .loadModule, .unloadModule, .selinux, .bind,
      .dns, .imds, .connect, .accept, .session, .prctl, .setsockopt,
      .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      false
    }
  }
}

extension ScreenLine {
  /// What a change made of a file, in a few words: `rw-r--r-- → rwsr-xr-x`.
  mutating func add(effectOf change: Activity.Change, _ type: EventType) {
    switch type {
    case .mkdir: add(permissionText(UInt16(truncatingIfNeeded: change.mode)))
    case .chmod:
      add(permissionText(change.file.mode) + " → " + permissionText(UInt16(truncatingIfNeeded: change.mode)))
    case .chown:
      // An id that stays is not repeated: `0:0 → :100`.
      let after = [change.uid, change.gid].map { $0.map { String($0) } ?? "" }
      add("\(change.file.uid):\(change.file.gid) → \(after[0]):\(after[1])")
    case .utimes:
      let times = [("accessed", change.accessed), ("modified", change.modified)]
        .compactMap { label, time in time.map { label + " " + Timestamp($0).description } }
      add(times.joined(separator: ", "))
    case .setxattr, .removexattr: add(word: change.attribute)
    case .rmdir, .link, .rename, .unlink, .fork, .exec, .exit, .open, .setuid, .setgid, .capset, .signal, .chdir,
      .splice, .mount, .umount, .unshare, .mmap, .mprotect, .ptrace, .bpf, .loadModule, .unloadModule, .selinux, .bind,
      .dns, .imds, .connect, .accept, .session, .prctl, .setsockopt,
      .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      break
    }
  }
}
