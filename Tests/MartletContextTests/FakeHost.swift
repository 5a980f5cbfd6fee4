import MartletContext
import MartletModel

/// A host that knows what a test tells it, and which questions it was asked.
final class FakeHost: Host {
  var answers: [HostQuestion: String] = [
    .users(pid: 0): "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/:/bin/sh\n",
    .groups(pid: 0): "root:x:0:\nusers:x:1000:ada\n",
  ]
  private(set) var asked: [HostQuestion] = []

  func answer(_ question: HostQuestion) -> [UInt8]? {
    asked.append(question)
    return answers[question].map { Array($0.utf8) }
  }

  /// Adds a process with the files of `/proc/PID`; it started `ticks` hundredths of a second after boot.
  func add(
    _ pid: UInt32, _ comm: String, parent: UInt32, uid: UInt32 = 0, cgroup: String = "/", kernelThread: Bool = false,
    ticks: UInt64 = 100, state: String = "S", stack: UInt64 = 0
  ) {
    let flags = kernelThread ? 0x20_0000 : 0
    answers[.stat(pid: pid)] =
      "\(pid) (\(comm)) \(state) \(parent) \(pid) \(pid) 34816 \(pid) \(flags) 0 0 0 0 0 0 0 0 20 0 1 0 \(ticks) 0 0 0 0 0 "
      + "\(stack) 0\n"
    answers[.status(pid: pid)] = """
      Tgid:\t\(pid)
      Uid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)
      Gid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)
      CapPrm:\t00000000000000ff
      CapEff:\t0000000000000001

      """
    answers[.cgroup(pid: pid)] = "0::\(cgroup)\n"
    answers[.commandLine(pid: pid)] = "\(comm)\0--token\0********\0"
    answers[.environment(pid: pid)] = "PATH=/bin\0HOME\0"
    answers[.executable(pid: pid)] = "29 4711 33261 0 1000 1 2 3 4 /usr/bin/\(comm)"
    answers[.mounts(pid: pid)] = "29 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
  }
}

/// Feeds records to a resolver as the pipeline does, one millisecond after the other.
final class Story {
  let host: FakeHost
  let resolver: ContextResolver
  private var time: Int64 = 0
  /// The span that threads are in from now on.
  var span: TraceSpan?

  static let boot: Int64 = 1_000_000_000_000

  init(_ host: FakeHost = FakeHost()) {
    self.host = host
    resolver = ContextResolver(
      host: host, clock: HostClock(monotonic: ClockBase(offset: 0), boot: Self.boot, ticksPerSecond: 100))
  }

  /// When the last record was written.
  var now: Instant { Instant(nanoseconds: time) }

  @discardableResult
  func happens(
    _ type: EventType, _ pid: UInt32, tid: UInt32? = nil, as credentials: Credentials = .root,
    _ detail: Activity.Detail
  ) -> Event? {
    time += 1_000_000
    var activity = Activity(
      type: type, time: now, pid: pid, tid: tid ?? pid, result: 0, isAsync: false, credentials: credentials,
      span: span, detail: detail)
    resolver.scrub(&activity)
    let event = resolver.resolve(&activity)
    resolver.settle(activity)
    return event
  }

  @discardableResult
  func fork(
    _ pid: UInt32, by parent: UInt32, as credentials: Credentials = .root, cgroups: [String] = []
  ) -> ProcessImage? {
    happens(
      .fork, pid, as: credentials,
      .fork(
        .init(parentPID: parent, parentTID: parent, isThread: false, comm: "sh", tty: "pts0", cgroups: cgroups)))?
      .process
  }

  func thread(_ tid: UInt32, of pid: UInt32, as credentials: Credentials) -> Event? {
    happens(
      .fork, pid, tid: tid, as: credentials,
      .fork(.init(parentPID: pid, parentTID: pid, isThread: true, comm: "", tty: "", cgroups: [])))
  }

  @discardableResult
  func exec(
    _ pid: UInt32, _ argv: String..., parent: UInt32 = 1, as credentials: Credentials = .root, cgroups: [String] = [],
    file: FileIdentity? = nil
  ) -> ProcessImage? {
    var executable = file ?? FileIdentity()
    if file == nil { executable.path = "/bin/" + (argv.first ?? "") }
    return happens(
      .exec, pid, as: credentials,
      .exec(
        .init(
          parentPID: parent, comm: argv.first ?? "", tty: "pts0", cgroups: cgroups, executable: executable,
          interpreter: nil, argument: "", argv: argv, argvTruncated: false, envp: ["PATH=/bin", "KEY=secret"],
          envpTruncated: false)))?.process
  }

  func exit(_ pid: UInt32) -> Event? { happens(.exit, pid, .exit(.init(status: 0, dumped: false))) }

  func open(_ pid: UInt32, tid: UInt32? = nil, as credentials: Credentials = .root, mount: UInt32 = 0)
    -> Event?
  {
    var file = FileIdentity()
    file.mountID = mount
    return happens(.open, pid, tid: tid, as: credentials, .open(.init(file: file, flags: 0, mode: 0)))
  }

  func setuid(_ pid: UInt32, tid: UInt32? = nil, to credentials: Credentials) -> Event? {
    happens(.setuid, pid, tid: tid, as: credentials, .credentials)
  }

  @discardableResult
  func mount(_ id: UInt32, and others: UInt32..., by pid: UInt32) -> Event? {
    happens(
      .mount, pid,
      .mount(
        .init(
          id: id, parentID: 29, device: 0, mountPoint: FileIdentity(), root: FileIdentity(), source: nil,
          isMoved: false, attached: [id] + others)))
  }

  @discardableResult
  func umount(_ id: UInt32, by pid: UInt32) -> Event? { happens(.umount, pid, .umount(.init(id: id, all: [id]))) }

  func unshare(_ ids: UInt32..., by pid: UInt32) -> Event? {
    happens(.unshare, pid, .unshare(.init(id: 0, all: ids)))
  }

  func signal(_ pid: UInt32, to target: UInt32) -> Event? {
    happens(.signal, pid, .signal(.init(number: 15, target: Int32(target))))
  }
}

extension Credentials {
  static let root = Credentials()
  static let ada = Credentials(user: 1000)

  /// Every id the same.
  init(user: UInt32) { self.init(uid: user, gid: user, euid: user, egid: user, fsuid: user, fsgid: user) }
}

extension ProcessImage {
  /// From the nearest on.
  var ancestors: [ProcessImage] {
    var found: [ProcessImage] = []
    var current = ancestor
    while let image = current {
      found.append(image)
      current = image.ancestor
    }
    return found
  }
}
