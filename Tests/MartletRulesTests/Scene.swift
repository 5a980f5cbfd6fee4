import MartletModel

/// Live events made by hand: `bash`, in a container, below `sshd`, and what it does.
struct Scene {
  /// 2024-10-02T14:03:07Z
  static let now: Int64 = 1_727_877_787_000_000_000

  let daemon = Scene.image("sshd", 700)
  let creator = Scene.image("sshd", 812)
  let shell = Scene.image("bash", 1234)
  var result: Int64 = 0

  init() {
    creator.isFork = true
    creator.ancestor = daemon
    creator.arguments = Arguments(
      argv0: "sshd", args: ["-D", "-o", "Port=22"], argsTruncated: false, envs: [], envsTruncated: false)
    shell.ancestor = creator
    shell.tty = "pts0"
    shell.forkTime = Instant(nanoseconds: Self.now - 4_000_000_000)
    shell.execTime = Instant(nanoseconds: Self.now - 3_000_000_000)
    shell.credentials.uid = 1000
    shell.credentials.capEffective = 1 << 21
    shell.names = CredentialNames(user: "anna")
    shell.cgroup = "/docker/c0ffee"
    shell.container = Container(id: "c0ffee")
    var user = KubernetesUser()
    user.name = "jane"
    user.uid = "u-1"
    user.groups = ["dev", "oncall"]
    shell.userSession = UserSession(id: 1 << 33 | 7, kind: .k8s, user: user)
    shell.arguments = Arguments(
      argv0: "-bash", args: ["-ln", "--width=8", "-T", "8", "a b"], argsTruncated: true,
      envs: ["HOME", "LD_PRELOAD=/tmp/x.so"], envsTruncated: false)
  }

  func event(
    _ type: EventType, _ detail: Activity.Detail, target: ProcessImage? = nil, after: Credentials? = nil,
    newNames: CredentialNames? = nil, tid: UInt32 = 1234
  ) -> Event {
    let activity = Activity(
      type: type, time: Instant(nanoseconds: Self.now), pid: 1234, tid: tid, result: result, isAsync: true,
      credentials: after ?? shell.credentials, detail: detail)
    return Event(
      activity: activity, process: shell, credentials: shell.credentials, names: shell.names, newNames: newNames,
      target: target)
  }

  // MARK: One event of each type

  func exec() -> Event {
    event(
      .exec,
      .exec(
        .init(
          parentPID: 812, comm: "bash", tty: "", cgroups: [], executable: shell.executable, interpreter: nil,
          argument: "./bash", argv: [], argvTruncated: false, envp: [], envpTruncated: false)))
  }

  func exit(status: UInt32 = 7 << 8, dumped: Bool = false) -> Event {
    event(.exit, .exit(.init(status: status, dumped: dumped)))
  }

  func open(_ file: FileIdentity = Scene.file("/etc/cron.d/job.sh"), flags: UInt32 = 0x41) -> Event {
    event(.open, .open(.init(file: file, flags: flags, mode: 0o640)))
  }

  func chdir() -> Event { event(.chdir, .chdir(.init(file: Self.file("/root"), argument: "../root"))) }

  func signal() -> Event {
    let target = Self.image("nginx", 99)
    target.ancestor = daemon
    return event(.signal, .signal(.init(number: 9, target: 99)), target: target)
  }

  func changeOfIdentity(_ type: EventType) -> Event {
    event(
      type, .credentials, after: Credentials(euid: 0, fsgid: 10, capPermitted: 1 << 12),
      newNames: CredentialNames(euser: "root", fsgroup: "wheel"))
  }

  static func image(_ comm: String, _ pid: UInt32) -> ProcessImage {
    let image = ProcessImage(serial: UInt64(pid), pid: pid, ppid: 1)
    image.comm = comm
    image.executable = file("/usr/bin/" + comm)
    return image
  }

  static func file(_ path: String) -> FileIdentity {
    var file = FileIdentity()
    file.path = path
    file.name = FileIdentity.name(path: path)
    file.inode = 4711
    file.mode = 0o104755
    file.uid = 33
    file.user = "www-data"
    file.mountID = 26
    file.mountPath = "/"
    file.filesystem = "ext4"
    file.modified = Instant(nanoseconds: now - 60_000_000_000)
    return file
  }
}
