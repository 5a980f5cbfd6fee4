import MartletModel

// Live events about what a process sets, of itself, of a socket or of the kernel.

extension Scene {
  func prctl() -> Event { event(.prctl, .prctl(.init(option: 15, name: "worker", isNameCut: true))) }

  func setsockopt() -> Event {
    let filter = SocketFilter(
      count: 3,
      instructions: [
        .init(code: 0x28, constant: 12), .init(code: 0x15, ifTrue: 0, ifFalse: 1, constant: 0x7255),
      ], hash: "0aff")
    return event(
      .setsockopt,
      .setsockopt(.init(level: 1, option: 26, family: 17, socketType: 3, transport: 768, filter: filter)))
  }

  func setrlimit() -> Event {
    let target = Self.image("nginx", 99)
    target.ancestor = daemon
    return event(
      .setrlimit, .setrlimit(.init(resource: 7, current: 64, maximum: .max, target: 99)), target: target)
  }

  func sysctl(isWrite: Bool) -> Event {
    event(
      .sysctl,
      .sysctl(
        .init(
          isWrite: isWrite, name: .init("kernel/core_pattern"), value: .init("|/tmp/x", isCut: true),
          oldValue: .init(isWrite ? "core" : ""), position: 2)))
  }

  func cgroupWrite() -> Event {
    event(.cgroupWrite, .cgroupWrite(.init(file: Self.file("/sys/fs/cgroup/x/cgroup.procs"), pid: 99)))
  }
}
