internal import CMartletABI
package import MartletModel

extension Activity {
  /// Decodes one record; `clock` turns the kernel's time into wall-clock time. An open is one of `opens`, if it is like it,
  /// and of an environment is read what `environments` keeps.
  package init(
    decoding record: borrowing Record, clock: ClockBase, opens: KnownOpens? = nil,
    environments: KnownEnvironments? = nil
  ) throws(RecordError) {
    let header = try record.fixed(martlet_record_header.self)
    guard let type = UInt8(exactly: header.type).flatMap(EventType.init(rawValue:)) else {
      throw .unknownType(header.type)
    }
    let detail: Detail =
      switch type {
      case .fork: .fork(try Fork(decoding: record))
      case .exec: .exec(try Exec(decoding: record, environments: environments))
      case .exit: .exit(try Exit(decoding: record))
      case .open: if let opens { .open(try opens.open(decoding: record)) } else { .open(try Open(decoding: record)) }
      case .setuid, .setgid, .capset: .credentials
      case .signal: .signal(try Signal(decoding: record))
      case .chdir: .chdir(try Chdir(decoding: record))
      case .mkdir, .rmdir, .link, .rename, .unlink, .chmod, .chown, .utimes, .setxattr, .removexattr:
        .change(try Change(decoding: record))
      case .splice: .splice(try Splice(decoding: record))
      case .mount: .mount(try Mount(decoding: record))
      case .umount: .umount(try Mounts(decoding: record))
      case .unshare: .unshare(try Mounts(decoding: record))
      case .mmap: .mmap(try Mmap(decoding: record))
      case .mprotect: .mprotect(try Mprotect(decoding: record))
      case .ptrace: .ptrace(try Ptrace(decoding: record))
      case .bpf: .bpf(try BPF(decoding: record))
      case .loadModule: .loadModule(try Module(decoding: record))
      case .unloadModule: .unloadModule(try Module(decoding: record))
      case .selinux: .selinux(try SELinux(decoding: record))
      case .bind: .bind(try Bind(decoding: record))
      case .dns, .imds: .packet(try Packet(decoding: record))
      case .connect, .accept: .connection(try Connection(decoding: record))
      case .prctl: .prctl(try Prctl(decoding: record))
      case .setsockopt: .setsockopt(try Setsockopt(decoding: record))
      case .setrlimit: .setrlimit(try Setrlimit(decoding: record))
      case .sysctl: .sysctl(try Sysctl(decoding: record))
      case .cgroupWrite: .cgroupWrite(try CgroupWrite(decoding: record))
      case .syscalls: .syscalls(try SystemCallUse(decoding: record))
      case .session: .session(try SessionPiece(decoding: record))
      }
    self.init(
      type: type,
      time: clock.instant(ktimeNS: header.ktime_ns),
      pid: header.pid,
      tid: header.tid,
      result: header.result,
      isAsync: UInt32(header.flags) & MARTLET_FLAG_ASYNC.rawValue != 0,
      credentials: Credentials(header.credentials),
      span: try record.span.flatMap { TraceSpan(spanID: $0.span_id, traceID: $0.trace_id) },
      detail: detail)
  }
}

extension Activity {
  /// The type that a record which cannot be decoded says it has.
  package static func claimedType(of record: borrowing Record) -> EventType? {
    guard let header = try? record.fixed(martlet_record_header.self) else { return nil }
    return UInt8(exactly: header.type).flatMap(EventType.init(rawValue:))
  }
}
