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
    }
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
