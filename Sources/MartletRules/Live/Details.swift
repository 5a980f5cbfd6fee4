import MartletModel

// What the rows of an event's fields need of its detail: nil, or nothing, for another type of event.

extension Activity {
  var exec: Exec? { if case .exec(let exec) = detail { exec } else { nil } }
  var exit: Exit? { if case .exit(let exit) = detail { exit } else { nil } }
  var open: Open? { if case .open(let open) = detail { open } else { nil } }
  var signal: Signal? { if case .signal(let signal) = detail { signal } else { nil } }
  var chdir: Chdir? { if case .chdir(let chdir) = detail { chdir } else { nil } }
}

extension Activity.Detail {
  /// The file that an event is about, or the first of two, and the second.
  var files: (FileIdentity?, FileIdentity?) {
    switch self {
    case .open(let open): (open.file, nil)
    case .chdir(let chdir): (chdir.file, nil)
    case .change(let change): (change.file, change.destination)
    case .splice(let splice): (splice.file, nil)
    case .mmap(let mmap): (mmap.file, nil)
    case .loadModule(let module): (module.file, nil)
    case .selinux(let selinux): (selinux.file, nil)
    case .fork, .exec, .exit, .credentials, .signal, .bind, .packet, .connection, .mount, .umount, .unshare, .mprotect,
      .ptrace, .bpf, .unloadModule:
      (nil, nil)
    }
  }
}

extension LiveEvent {
  /// Names of the identity that the event's process has from now on.
  var newNames: CredentialNames { event.newNames ?? CredentialNames.none }

  /// The mode of a file that the call may create; 0 if it creates none.
  var createdMode: UInt32 {
    guard let open = event.activity.open, UInt64(open.flags) & OpenFlags.create != 0 else { return 0 }
    return open.mode
  }
}
