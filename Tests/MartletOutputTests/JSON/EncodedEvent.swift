import MartletModel
import MartletOutput
import MartletSchema

extension Event {
  /// The event's JSON, from an encoder that has seen nothing.
  var json: String {
    var encoder = EventEncoder()
    return encoder.json(self)
  }

  /// The event's JSON, read back.
  var document: EventDocument { get throws { try EventDocument(json: json) } }
}

extension EventEncoder {
  mutating func json(_ event: Event) -> String {
    var writer = SplicedText()
    write(event, match: .traced, to: &writer)
    return writer.text
  }
}

extension EventBuilder {
  /// Events of a type, plain ones and such that have every property that the type can have.
  static func samples(_ type: EventType) -> [Event] {
    var plain = EventBuilder()
    plain.ancestors = []
    plain.beforeNames = CredentialNames()
    return [plain.sample(type), EventBuilder().sample(type), full.sample(type)]
  }

  private static var full: EventBuilder {
    var builder = EventBuilder()
    builder.before = Credentials(user: 1000, group: 1001, capabilities: .max)
    builder.after = Credentials(user: 0, group: 0, capabilities: 0)
    builder.beforeNames = CredentialNames(all: "a\"d\\a\u{1}é")
    builder.afterNames = CredentialNames(all: "root")
    builder.result = -13
    builder.isAsync = true
    builder.interpreter = .everything
    builder.arguments = Arguments(
      argv0: "sh", args: ["", "-c", "a\nb"], argsTruncated: true, envs: ["PATH=/bin", "HOME"], envsTruncated: true)
    builder.target = .image("victim", 4000)
    builder.target?.ancestor = .image("init", 1)
    builder.ancestors.append(.image("init", 1))
    builder.span = TraceSpan(spanID: .max, traceID: 1)
    builder.userSession = .jane
    for ancestor in builder.ancestors {
      ancestor.container = Container(id: "abc")
      ancestor.container?.createdAt = Instant(nanoseconds: 1)
      ancestor.execTime = Instant(nanoseconds: -1)
      ancestor.tty = "pts0"
      ancestor.isExecChild = true
      ancestor.arguments = builder.arguments
    }
    return builder
  }

  private func sample(_ type: EventType) -> Event {
    switch type {
    case .fork: fork()
    case .exec: exec(["sh", "-c", "exit"])
    case .exit: exit(status: 0x0b, dumped: true)
    case .open: open(.everything, flags: 0o1102, mode: 0o640)
    case .setuid, .setgid, .capset: event(type, .credentials)
    case .signal: signal(15, to: target?.pid ?? 0)
    case .chdir: chdir("/srv")
    case .mkdir, .rmdir, .unlink, .chmod, .setxattr, .removexattr:
      event(
        type, .change(.init(file: .everything, argument: "x", mode: 0o104755, attribute: "user.a\u{1}b", flags: 0x200)))
    case .link, .rename: event(type, .change(.init(file: .everything, destination: .everything)))
    case .chown: event(type, .change(.init(file: .everything, uid: .max, gid: nil)))
    case .utimes:
      event(type, .change(.init(file: .everything, accessed: Instant(nanoseconds: .min), modified: nil)))
    case .splice: event(type, .splice(.init(file: .everything, entryFlag: .max, exitFlag: 0x12)))
    case .mount: mount(.everything, source: .init(mountID: 28, path: "/srv/x", pathError: .userString))
    case .umount: event(type, .umount(.init(id: 30, all: [30, 31])))
    case .unshare: event(type, .unshare(.init(id: 0, all: [30])))
    case .mmap: mmap(.everything)
    case .mprotect: mprotect()
    case .ptrace: ptrace(4, tracee: target?.pid ?? 0)
    case .bpf: bpf()
    case .loadModule: event(type, .loadModule(.sample))
    case .unloadModule: event(type, .unloadModule(.sample))
    case .selinux: selinux(.enforce(true), status: .enforcing)
    case .bind: bind(.ipv4(1, port: 80))
    case .dns: packet(.dns, .dns(DNSQuestion(id: 1, name: "example.com", type: 1, class: 1, size: 29, count: 1)))
    case .imds: packet(.imds, .imds(result < 0 ? .answer : .request("aws", "/latest/meta-data/")))
    case .connect, .accept: connection(type)
    case .prctl: event(type, .prctl(.init(option: 15, name: "a\u{1}b", isNameCut: true)))
    case .setsockopt: event(type, .setsockopt(.sample))
    case .setrlimit: event(type, .setrlimit(.init(resource: 7, current: 64, maximum: .max, target: target?.pid ?? 0)))
    case .sysctl:
      event(type, .sysctl(.init(isWrite: true, name: .init("kernel/x"), value: .init("1"), oldValue: .init("0"))))
    case .cgroupWrite: event(type, .cgroupWrite(.init(file: .everything, pid: 7)))
    case .syscalls: event(type, .syscalls(.init(numbers: [0, 335, 437])))
    case .session: event(type, .session(.init(id: 1, kind: .k8s, cursor: 1, data: [])))
    }
  }
}

extension Activity.Setsockopt {
  static var sample: Activity.Setsockopt {
    let filter = SocketFilter(
      count: 2,
      instructions: [.init(code: 0x28, constant: 12), .init(code: 0x15, ifTrue: 0, ifFalse: 1, constant: 0x800)],
      hash: "ab")
    return Activity.Setsockopt(level: 1, option: 26, family: 17, socketType: 3, transport: 0, filter: filter)
  }
}

extension FileIdentity {
  /// A file with a value in every property.
  static var everything: FileIdentity {
    var file = FileIdentity.file("/srv/ä \"x\"", error: .truncated)
    file.inode = .max
    file.modified = Instant(nanoseconds: .min)
    file.changed = Instant(nanoseconds: .max)
    file.inUpperLayer = false
    file.mountSource = .mountID
    file.mountOrigin = .procfs
    return file
  }
}

extension UserSession {
  /// A session with a value in every property.
  static var jane: UserSession {
    var user = KubernetesUser()
    user.name = "jane"
    user.uid = "1"
    user.groups = ["a", "b"]
    user.extra = [.init(name: "x", values: ["1", "2"]), .init(name: "y", values: [])]
    return UserSession(id: 0xab, kind: .k8s, user: user)
  }
}
