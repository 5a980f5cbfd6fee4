import MartletModel

/// Builds events by hand: a shell below a terminal's daemon, and what it does.
struct EventBuilder {
  /// 2024-10-02T14:03:07Z
  static let epoch: Int64 = 1_727_877_787_000_000_000

  var comm = "sh"
  var path = "/usr/bin/dash"
  var pid: UInt32 = 1234
  var milliseconds: Int64 = 0
  var result: Int64 = 0
  var isAsync = false
  var before = Credentials()
  var after = Credentials()
  var beforeNames = CredentialNames(all: "root")
  var afterNames: CredentialNames?
  var arguments: Arguments?
  var interpreter: FileIdentity?
  var target: ProcessImage?
  var span: TraceSpan?
  var userSession: UserSession?
  /// From the nearest on.
  var ancestors: [ProcessImage] = [.image("bash", 812), .image("sshd", 800, isFork: true), .image("sshd", 700)]

  func event(_ type: EventType, _ detail: Activity.Detail) -> Event {
    let image = ProcessImage.image(comm, pid, path: path)
    image.arguments = arguments
    image.interpreter = interpreter
    image.userSession = userSession
    image.forkTime = Instant(nanoseconds: Self.epoch - 1_000_000_000)
    image.credentials = before
    image.names = beforeNames
    var last = image
    for ancestor in ancestors {
      last.ancestor = ancestor
      last = ancestor
    }
    let activity = Activity(
      type: type, time: Instant(nanoseconds: Self.epoch + milliseconds * 1_000_000), pid: pid, tid: pid,
      result: result, isAsync: isAsync, credentials: after, span: span, detail: detail)
    return Event(
      activity: activity, process: image, credentials: before, names: beforeNames, newNames: afterNames,
      target: target)
  }

  func fork() -> Event {
    event(
      .fork, .fork(.init(parentPID: 812, parentTID: 812, isThread: false, comm: comm, tty: "pts0", cgroups: [])))
  }

  func exec(_ argv: [String]) -> Event {
    var builder = self
    builder.arguments = Arguments(
      argv0: argv.first ?? "", args: Array(argv.dropFirst()), argsTruncated: false, envs: [], envsTruncated: false)
    return builder.event(
      .exec,
      .exec(
        .init(
          parentPID: 812, comm: comm, tty: "pts0", cgroups: [], executable: .file(path), interpreter: interpreter,
          argument: path, argv: argv, argvTruncated: false, envp: [], envpTruncated: false)))
  }

  func exit(status: UInt32, dumped: Bool = false) -> Event {
    event(.exit, .exit(.init(status: status, dumped: dumped)))
  }

  func open(_ file: FileIdentity, flags: UInt32 = 0, mode: UInt32 = 0) -> Event {
    event(.open, .open(.init(file: file, flags: flags, mode: mode)))
  }

  func signal(_ number: UInt32, to target: UInt32) -> Event {
    event(.signal, .signal(.init(number: number, target: Int32(target))))
  }

  func bind(_ address: Activity.SocketAddress, isUserMemory: Bool = false) -> Event {
    event(.bind, .bind(.init(address: address, isUserMemory: isUserMemory)))
  }

  func connection(
    _ type: EventType, local: Activity.SocketAddress = .ipv4(1, port: 4000),
    peer: Activity.SocketAddress = .ipv4(2, port: 443), isUserMemory: Bool = false
  ) -> Event {
    event(type, .connection(.init(local: local, peer: peer, transport: 6, isUserMemory: isUserMemory)))
  }

  func packet(_ type: EventType, _ content: PacketContent) -> Event {
    let network = NetworkContext(
      source: IPEndpoint(IPAddress(v4: 0x0a00_0001), port: 4000),
      destination: IPEndpoint(IPAddress(v4: 0x0a00_0002), port: 53), networkProtocol: 0x0800, transport: 17, size: 71,
      device: NetworkDevice(namespace: 4_026_531_840, index: 2, name: "eth0"))
    return event(type, .packet(.init(network: network, content: content)))
  }

  func chdir(_ path: String) -> Event { event(.chdir, .chdir(.init(file: .file(path), argument: path))) }

  func mount(_ point: FileIdentity, source: Activity.Mount.Source? = nil, isMoved: Bool = false) -> Event {
    var root = FileIdentity.file("/x")
    root.filesystem = "tmpfs"
    return event(
      .mount,
      .mount(
        .init(
          id: 30, parentID: 26, device: 8 << 20 | 2, mountPoint: point, root: root, source: source, isMoved: isMoved,
          attached: [30])))
  }

  func mmap(_ file: FileIdentity?, protection: UInt32 = 5, flags: UInt32 = 2) -> Event {
    event(.mmap, .mmap(.init(file: file, length: 8192, offset: 4096, protection: protection, flags: flags)))
  }

  func mprotect() -> Event {
    event(.mprotect, .mprotect(.init(areaStart: 0x1000, areaEnd: 0x3000, areaFlags: 0x100073, protection: 7)))
  }

  func ptrace(_ request: Int64, tracee: UInt32) -> Event {
    event(.ptrace, .ptrace(.init(request: request, address: 0x7fff_0000, tracee: tracee)))
  }

  func bpf(command: UInt32 = 5, type: UInt32 = 8, attachType: UInt32 = 1, helpers: [UInt32]? = [1, 5, 210, 255])
    -> Event
  {
    event(
      .bpf,
      .bpf(
        .init(
          command: command, map: .init(id: 7, type: 2, name: "counts"),
          program: .init(
            id: 8, type: type, attachType: attachType, name: "probe", tag: "0aff000102030450", helpers: helpers))))
  }

  func selinux(_ change: Activity.SELinux.Change, status: Activity.SELinux.Status? = nil) -> Event {
    event(.selinux, .selinux(.init(file: .file("/sys/fs/selinux/enforce"), change: change, status: status)))
  }
}

extension Activity.Module {
  static var sample: Self {
    Self(
      name: "dm_mod", file: .file("/lib/modules/dm-mod.ko"), isFromMemory: false, arguments: ["a=1", "b"],
      argumentsTruncated: false)
  }
}

extension ProcessImage {
  static func image(_ comm: String, _ pid: UInt32, path: String = "", isFork: Bool = false) -> ProcessImage {
    let image = ProcessImage(serial: UInt64(pid), pid: pid, ppid: 1)
    image.comm = comm
    image.isFork = isFork
    image.source = .event
    image.executable = .file(path.isEmpty ? "/usr/bin/" + comm : path)
    return image
  }
}

extension FileIdentity {
  static func file(_ path: String, error: PathError? = nil) -> FileIdentity {
    var file = FileIdentity()
    file.path = path
    file.name = path.split(separator: "/").last.map(String.init) ?? ""
    file.pathError = error
    file.inode = 4711
    file.mode = 0o100755
    file.user = "root"
    file.group = "root"
    file.mountID = 26
    file.mountPath = "/"
    file.filesystem = "ext4"
    return file
  }
}

extension Credentials {
  /// Every id the same.
  init(user: UInt32, group: UInt32, capabilities: UInt64 = 0) {
    self.init(
      uid: user, gid: group, euid: user, egid: group, fsuid: user, fsgid: group, capEffective: capabilities,
      capPermitted: capabilities)
  }
}

extension CredentialNames {
  /// Every name the same.
  convenience init(all name: String) {
    self.init(user: name, group: name, euser: name, egroup: name, fsuser: name, fsgroup: name)
  }
}

extension Activity.SocketAddress {
  /// 10.0.0.`last` and a port.
  static func ipv4(_ last: UInt32, port: UInt16) -> Activity.SocketAddress {
    .init(family: AddressFamilies.inet, endpoint: IPEndpoint(IPAddress(v4: 0x0a00_0000 | last), port: port))
  }
}

extension IMDSMessage {
  /// A response of AWS with credentials.
  static var answer: IMDSMessage {
    var message = IMDSMessage(isResponse: true)
    message.provider = "aws"
    message.server = "EC2ws"
    message.credentials = AWSCredentials()
    message.credentials?.accessKeyID = "ASIA123"
    return message
  }

  static func request(_ provider: String, _ url: String) -> IMDSMessage {
    var message = IMDSMessage(isResponse: false)
    message.provider = provider
    message.url = url
    message.host = "169.254.169.254"
    message.userAgent = "curl/8"
    message.isIMDSv2 = provider == "aws"
    return message
  }
}
