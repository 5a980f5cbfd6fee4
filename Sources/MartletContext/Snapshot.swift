import LinuxHost
import MartletModel

/// Processes that were there before the probes, as `/proc` tells of them.
struct Snapshot {
  let host: any Host
  var clock: HostClock
  let containers: ContainerResolver
  let accounts: AccountResolver
  let environment: EnvironmentFilter
  let scrubber: Scrubber

  /// What one process looks like, without its ancestors; `nil` when it is gone.
  func image(of pid: UInt32, serial: UInt64, source: ProcessSource) -> ProcessImage? {
    guard let stat = host.answer(.stat(pid: pid)).flatMap({ ProcessStat($0.span) }),
      let status = host.answer(.status(pid: pid)).flatMap({ ProcessStatus($0.span) })
    else { return nil }
    let image = ProcessImage(serial: serial, pid: pid, ppid: UInt32(truncatingIfNeeded: stat.parent))
    image.source = source
    image.isFork = true
    image.comm = stat.comm
    image.tty = stat.terminal.terminalName ?? ""
    image.execTime = clock.instant(ticks: stat.startTicks)
    image.forkTime = image.execTime
    image.isKernelWorker = stat.isKernelThread
    image.credentials = Credentials(
      uid: status.user.real, gid: status.group.real, euid: status.user.effective, egid: status.group.effective,
      fsuid: status.user.fileSystem, fsgid: status.group.fileSystem,
      capEffective: status.effectiveCapabilities, capPermitted: status.permittedCapabilities)
    image.arguments = arguments(of: pid)
    let membership = host.answer(.cgroup(pid: pid)) ?? []
    let cgroups = CgroupMembership(membership.span).entries.map(\.path)
    (image.cgroup, image.container) = containers.place(cgroups: cgroups, firstSeen: image.execTime)
    if let answer = host.answer(.executable(pid: pid)).flatMap(ExecutableAnswer.init) {
      image.executable = file(answer, pid: pid)
      accounts.nameOwners(of: &image.executable, for: image)
    }
    image.names = accounts.names(of: image.credentials, of: image)
    return image
  }

  private func arguments(of pid: UInt32) -> Arguments? {
    guard let line = host.answer(.commandLine(pid: pid)), !line.isEmpty else { return nil }
    let argv = scrubber.scrub([String](nulSeparated: line.span))
    let envp = host.answer(.environment(pid: pid)) ?? []
    let envs = environment.filter([String](nulSeparated: envp.span))
    let limit = 256
    return Arguments(
      argv0: argv.first ?? "", args: Array(argv.dropFirst()), argsTruncated: false, envs: Array(envs.prefix(limit)),
      envsTruncated: envs.count > limit)
  }

  private func file(_ answer: ExecutableAnswer, pid: UInt32) -> FileIdentity {
    var file = FileIdentity()
    file.name = FileIdentity.name(path: answer.path)
    file.inode = answer.inode
    file.mode = answer.mode
    file.uid = answer.uid
    file.gid = answer.gid
    file.modified = Instant(seconds: answer.mtime.seconds, nanoseconds: answer.mtime.nanoseconds)
    file.changed = Instant(seconds: answer.ctime.seconds, nanoseconds: answer.ctime.nanoseconds)
    // The link of a memfd shows its name behind a slash, and a mount that is the kernel's own.
    if answer.path.hasPrefix("/memfd:") {
      file.filesystem = "tmpfs"
      return file
    }
    file.path = answer.path
    file.mountID = answer.mountID
    file.mountSource = .snapshot
    if let mount = MountResolver(host: host).mount(id: answer.mountID, pid: pid) {
      file.filesystem = mount.fileSystem
      file.mountPath = mount.mountPoint
      file.mountOrigin = .procfs
    }
    return file
  }
}
