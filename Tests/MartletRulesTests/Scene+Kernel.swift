import MartletModel

// Live events about files, memory and the kernel.

extension Scene {
  func change(
    _ type: EventType, _ path: String = "/srv/data/report.sh", newNames: CredentialNames? = nil,
    _ set: (inout Activity.Change) -> Void = { _ in }
  ) -> Event {
    var change = Activity.Change(file: Self.file(path), argument: "data/../report.sh")
    set(&change)
    return event(type, .change(change), newNames: newNames)
  }

  func splice() -> Event {
    event(.splice, .splice(.init(file: Self.file("/etc/passwd"), entryFlag: 0, exitFlag: 16)))
  }

  func mount(_ error: PathError? = nil) -> Event {
    var point = Self.file("/mnt/host")
    point.pathError = error
    var root = Self.file("/etc")
    root.filesystem = "xfs"
    return event(
      .mount,
      .mount(
        .init(
          id: 30, parentID: 26, device: 8 << 20 | 2, mountPoint: point, root: root,
          source: .init(mountID: 26, path: "/host/etc"), argument: "../host/etc", isMoved: false, attached: [30])))
  }

  func mmap() -> Event {
    event(.mmap, .mmap(.init(file: Self.file("/tmp/x.so"), length: 8192, offset: 0, protection: 5, flags: 2)))
  }

  func mprotect() -> Event {
    event(.mprotect, .mprotect(.init(areaStart: 0x1000, areaEnd: 0x3000, areaFlags: 0x100073, protection: 7)))
  }

  func ptrace() -> Event {
    let tracee = Self.image("nginx", 99)
    tracee.ancestor = daemon
    return event(.ptrace, .ptrace(.init(request: 16, address: 0, tracee: 99)), target: tracee)
  }

  func bpf() -> Event {
    event(
      .bpf,
      .bpf(
        .init(
          command: 5, map: .init(id: 7, type: 1, name: "counts"),
          program: .init(id: 8, type: 13, attachType: 3, name: "probe", tag: "0aff000102030450", helpers: [1, 36]))))
  }

  func module(_ type: EventType) -> Event {
    let module = Activity.Module(
      name: "rootkit", file: type == .loadModule ? Self.file("/tmp/rootkit.ko") : nil, isFromMemory: false,
      arguments: ["hide=1", "b"], argumentsTruncated: true)
    return event(type, type == .loadModule ? .loadModule(module) : .unloadModule(module))
  }

  func selinux(_ change: Activity.SELinux.Change, status: Activity.SELinux.Status? = nil) -> Event {
    event(.selinux, .selinux(.init(file: Self.file("/sys/fs/selinux/enforce"), change: change, status: status)))
  }
}
