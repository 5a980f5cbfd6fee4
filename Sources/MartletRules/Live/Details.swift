import MartletModel

// What the rows of an event's fields need of its detail: nil, or nothing, for another type of event.

extension Activity {
  var exec: Exec? { if case .exec(let exec) = detail { exec } else { nil } }
  var exit: Exit? { if case .exit(let exit) = detail { exit } else { nil } }
  var open: Open? { if case .open(let open) = detail { open } else { nil } }
  var signal: Signal? { if case .signal(let signal) = detail { signal } else { nil } }
  var chdir: Chdir? { if case .chdir(let chdir) = detail { chdir } else { nil } }
  var change: Change? { if case .change(let change) = detail { change } else { nil } }
  var splice: Splice? { if case .splice(let splice) = detail { splice } else { nil } }
  var mount: Mount? { if case .mount(let mount) = detail { mount } else { nil } }
  var mmap: Mmap? { if case .mmap(let mmap) = detail { mmap } else { nil } }
  var mprotect: Mprotect? { if case .mprotect(let mprotect) = detail { mprotect } else { nil } }
  var ptrace: Ptrace? { if case .ptrace(let ptrace) = detail { ptrace } else { nil } }
  var bpf: BPF? { if case .bpf(let bpf) = detail { bpf } else { nil } }
  var selinux: SELinux? { if case .selinux(let selinux) = detail { selinux } else { nil } }
  var bind: Bind? { if case .bind(let bind) = detail { bind } else { nil } }
  var connection: Connection? { if case .connection(let connection) = detail { connection } else { nil } }
  var prctl: Prctl? { if case .prctl(let prctl) = detail { prctl } else { nil } }
  var setsockopt: Setsockopt? { if case .setsockopt(let option) = detail { option } else { nil } }
  var setrlimit: Setrlimit? { if case .setrlimit(let limit) = detail { limit } else { nil } }
  var sysctl: Sysctl? { if case .sysctl(let sysctl) = detail { sysctl } else { nil } }
  var cgroupWrite: CgroupWrite? { if case .cgroupWrite(let write) = detail { write } else { nil } }
  var packet: Packet? { if case .packet(let packet) = detail { packet } else { nil } }
  var dns: DNSQuestion? { if case .dns(let question) = packet?.content { question } else { nil } }
  var imds: IMDSMessage? { if case .imds(let message) = packet?.content { message } else { nil } }

  /// The module of a load or an unload.
  var module: Module? {
    if case .loadModule(let module) = detail { return module }
    if case .unloadModule(let module) = detail { return module }
    return nil
  }
}

extension Activity.Mount {
  /// Whether its mount point lies on a mount that hangs in no tree.
  var isDetached: Bool { mountPoint.pathError == .detached }
}

extension Activity.SELinux {
  var booleanName: String? { if case .boolean(let name, _) = change { name } else { nil } }

  /// The state that a boolean got, as events spell it.
  var booleanState: String? {
    guard case .boolean(_, let isOn) = change else { return nil }
    return isOn.map { $0 ? "on" : "off" } ?? "error"
  }
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
    case .cgroupWrite(let write): (write.file, nil)
    case .sysctl(let sysctl): (sysctl.file, nil)
    case .fork, .exec, .exit, .credentials, .signal, .bind, .packet, .connection, .session, .mount, .umount, .unshare,
      .mprotect, .ptrace, .bpf, .unloadModule, .prctl, .setsockopt, .setrlimit, .syscalls:
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

  /// The ids that a chown asked for; -1 for one that it keeps.
  var askedUID: Int64 { event.activity.change?.uid.map(Int64.init) ?? -1 }
  var askedGID: Int64 { event.activity.change?.gid.map(Int64.init) ?? -1 }

  /// Where a socket was bound to.
  var boundAddress: IPAddress? { event.activity.bind?.address.endpoint?.address }

  /// The other end of a connection.
  var peerAddress: IPAddress? { event.activity.connection?.peer.endpoint?.address }

  /// The way of the packet that the event was read in.
  var network: NetworkContext? { event.activity.packet?.network }
}
