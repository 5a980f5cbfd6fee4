import MartletModel
import MartletOutput
import MartletSchema
import Testing

struct EventEncoderTests {
  @Test(arguments: EventType.allCases)
  func `an event is valid, and reads back as a document that writes the same bytes`(type: EventType) throws {
    var validator = EventValidator()
    for event in EventBuilder.samples(type) {
      let json = event.json
      validator.validate(unsafe json.utf8Span.span.bytes) { Issue.record("\($0)\n\(json)") }
      #expect(try EventDocument(json: json).json == json)
    }
  }

  @Test(arguments: EventType.allCases)
  func `an event has what every event has`(type: EventType) throws {
    for event in EventBuilder.samples(type) {
      let document = try event.document
      #expect(document.title == "Traced activity")
      #expect(document.agent.ruleID == "martlet_trace")
      #expect(document.agent.origin == "ebpf")
      #expect(document.evt?.name == type.name)
      #expect(document.evt?.category == type.category)
      #expect(document.date == Timestamp(nanoseconds: EventBuilder.epoch))
      #expect(document.process?.pid == 1234)
      #expect(document.container != nil)
      #expect(document.dd != nil)
      #expect(document.usr != nil)
      let withoutFile: Set<EventType> = [
        .fork, .setuid, .setgid, .capset, .signal, .mount, .unshare, .mprotect, .ptrace, .bpf, .unloadModule,
        .bind, .dns, .imds, .connect, .accept, .session, .prctl, .setsockopt, .setrlimit, .syscalls,
      ]
      #expect((document.file == nil) == withoutFile.contains(type))
      #expect((document.exit != nil) == (type == .exit))
      #expect((document.signal != nil) == (type == .signal))
      #expect((document.mount != nil) == (type == .mount))
      #expect((document.mmap != nil) == (type == .mmap))
      #expect((document.mprotect != nil) == (type == .mprotect))
      #expect((document.ptrace != nil) == (type == .ptrace))
      #expect((document.bpf != nil) == (type == .bpf))
      #expect((document.module != nil) == [.loadModule, .unloadModule].contains(type))
      #expect((document.selinux != nil) == (type == .selinux))
      #expect((document.syscalls != nil) == (type == .syscalls))
      #expect((document.process?.syscalls != nil) == (type == .syscalls))
      #expect((document.evt?.outcome == nil) == (type == .syscalls))
      #expect((document.process?.credentials?.destination != nil) == [.setuid, .setgid, .capset].contains(type))
    }
  }

  @Test(
    arguments: [
      (0, "Success"), (7, "Success"), (-1, "Refused"), (-13, "Refused"), (-2, "Error"), (.min, "Error"),
    ] as [(Int64, String)])
  func `the outcome follows from what the call returned`(result: Int64, outcome: String) throws {
    var builder = EventBuilder()
    builder.result = result
    #expect(try builder.chdir("/").document.evt?.outcome == outcome)
  }

  @Test func `an operation is asynchronous or says nothing of it`() throws {
    var builder = EventBuilder()
    #expect(try builder.chdir("/").document.evt?.async == nil)
    builder.isAsync = true
    #expect(try builder.chdir("/").document.evt?.async == true)
  }

  // MARK: Files

  @Test(
    arguments: [
      (0, 0o777, nil, ["O_RDONLY"]), (0o1, 0, nil, ["O_WRONLY"]), (0o101, 0, 0, ["O_WRONLY", "O_CREAT"]),
      (0o102, 0o640, 0o640, ["O_RDWR", "O_CREAT"]), (0o100, 0o7777, 0o7777, ["O_RDONLY", "O_CREAT"]),
    ] as [(UInt32, UInt32, JSONInteger?, [String])])
  func `an open that may create tells the mode, even 0`(
    flags: UInt32, mode: UInt32, destination: JSONInteger?, names: [String]
  ) throws {
    let event = EventBuilder().open(.file("/srv/x"), flags: flags, mode: mode)
    let file = try #require(try event.document.file)
    #expect(file.flags == names)
    #expect(file.destination?.mode == destination)
    #expect(file.mode == 0o100755)
    #expect(event.json.contains(#""destination":{"mode":0,"#) == (destination == 0))
  }

  @Test(arguments: [
    (PathError.truncated, "path resolution error: truncated_parents"),
    (.detached, "non critical path resolution error: detached_mount"),
    (.userString, "non critical path resolution error: caller_string"),
    (.unknown, "path resolution error: path_not_read"),
  ])
  func `a path that is not the kernel's says why`(error: PathError, text: String) throws {
    let event = EventBuilder().open(.file("/srv/x", error: error))
    #expect(try event.document.file?.pathResolutionError == text)
  }

  @Test func `what is unknown of a file is left out`() throws {
    #expect(
      EventBuilder().open(FileIdentity()).json.contains(
        #""file":{"uid":0,"gid":0,"flags":["O_RDONLY"],"hash_state":"NoHash","mount_source":"unknown","#
          + #""mount_origin":"unknown"}"#))
  }

  @Test(arguments: [("/srv", "/srv"), ("", nil)])
  func `the argument of a call is told as it was given`(argument: String, path: String?) throws {
    let event = EventBuilder().event(.chdir, .chdir(.init(file: .file("/srv"), argument: argument)))
    #expect(try event.document.syscall?.chdir?.path == path)
    #expect(try event.document.syscall?.chdir != nil)
  }

  @Test func `a change tells what it asked for in the shape of its type`() throws {
    func destination(_ type: EventType, _ change: Activity.Change) throws -> File? {
      try EventBuilder().event(type, .change(change)).document.file?.destination
    }
    let file = FileIdentity.file("/srv/x")
    #expect(try destination(.mkdir, .init(file: file, mode: 0o101777)) == File(mode: 0o101777, uid: 0, gid: 0))
    #expect(try destination(.chmod, .init(file: file, mode: 0o104755)) == File(mode: 0o4755, uid: 0, gid: 0))
    #expect(try destination(.chmod, .init(file: file)) == File(mode: 0, uid: 0, gid: 0))
    #expect(try destination(.chown, .init(file: file, uid: 70_000)) == File(uid: 70_000, gid: -1))
    #expect(
      try destination(.utimes, .init(file: file, modified: Instant(nanoseconds: 5)))
        == File(uid: 0, gid: 0, modificationTime: Timestamp(nanoseconds: 5)))
    #expect(
      try destination(.setxattr, .init(file: file, attribute: "user.a.b"))
        == File(uid: 0, gid: 0, attributeName: "user.a.b", attributeNamespace: "user"))
    #expect(
      try destination(.removexattr, .init(file: file, attribute: "nodot"))
        == File(uid: 0, gid: 0, attributeName: "nodot"))
    #expect(try destination(.unlink, .init(file: file)) == nil)
    #expect(try destination(.rename, .init(file: file, destination: .file("/srv/y")))?.path == "/srv/y")
  }

  @Test(arguments: [(0o104755, 0o104755), (0, nil)] as [(UInt32, JSONInteger?)])
  func `a chmod tells its raw mode, unless it is 0`(mode: UInt32, told: JSONInteger?) throws {
    let event = EventBuilder().event(.chmod, .change(.init(file: .file("/srv/x"), argument: "../x", mode: mode)))
    #expect(try event.document.syscall?.chmod == SyscallArgs(path: "../x", mode: told))
    let other = EventBuilder().event(.chown, .change(.init(file: .file("/srv/x"), argument: "../x", mode: mode)))
    #expect(try other.document.syscall == nil)
  }

  @Test func `a splice tells the flags of the pipe by name`() throws {
    let event = EventBuilder().event(.splice, .splice(.init(file: nil, entryFlag: 0x14, exitFlag: 0)))
    let document = try event.document
    #expect(
      document.splice
        == SpliceEvent(
          pipeEntryFlag: "PIPE_BUF_FLAG_CAN_MERGE | PIPE_BUF_FLAG_GIFT", pipeExitFlag: ""))
    #expect(document.file == nil)
  }

  // MARK: Network

  @Test(
    arguments: [
      (.ipv4(1, port: 80), #"{"family":"AF_INET","ip":"10.0.0.1","port":80}"#),
      (
        .init(family: 10, endpoint: IPEndpoint(IPAddress(), port: 0)),
        #"{"family":"AF_INET6","ip":"::","port":0}"#
      ),
      (.init(family: 1, name: "/run/x"), #"{"family":"AF_UNIX","ip":"<nil>","port":0}"#),
      (.init(family: 16), #"{"family":"AF_NETLINK","ip":"<nil>","port":0}"#),
      (.init(family: 77), #"{"family":"","ip":"<nil>","port":0}"#),
    ] as [(Activity.SocketAddress, String)])
  func `a bind tells the address of any family`(address: Activity.SocketAddress, text: String) throws {
    let event = EventBuilder().bind(address)
    #expect(event.json.contains(#""bind":{"addr":"# + text + "}"))
    #expect(try event.document.evt?.category == "Kernel Activity")
    #expect(try event.document.network == nil)
  }

  @Test func `a question tells its packet and its device`() throws {
    let question = DNSQuestion(id: 7, name: "WWW.example.com", type: 45, class: 9, size: 33, count: 2)
    let document = try EventBuilder().packet(.dns, .dns(question)).document
    #expect(document.dns?.id == 7)
    #expect(document.dns?.question.name == "WWW.example.com")
    #expect(document.dns?.question.type == "qtype(45)")
    #expect(document.dns?.question.class == "qclass(9)")
    #expect(document.dns?.question.size == 33)
    #expect(document.dns?.question.count == 2)
    #expect(document.network?.l3Protocol == "ETH_P_IP")
    #expect(document.network?.l4Protocol == "IP_PROTO_UDP")
    #expect(document.network?.source.port == 4000)
    #expect(document.network?.destination.ip == "10.0.0.2")
    #expect(document.network?.size == 71)
    #expect(document.network?.device?.ifname == "eth0")
    #expect(document.network?.device?.ifindex == 2)
    #expect(document.network?.device?.netns == 4_026_531_840)
  }

  @Test func `a malformed question has no type and no class`() throws {
    let question = DNSQuestion(id: 7, name: "a", size: 3, count: 1, isMalformed: true)
    let document = try EventBuilder().packet(.dns, .dns(question)).document
    #expect(document.dns?.question.type == "None")
    #expect(document.dns?.question.class == "qclass(0)")
  }

  @Test func `only AWS has a part of its own`() throws {
    let aws = try EventBuilder().packet(.imds, .imds(.request("aws", "/latest/"))).document.imds
    #expect(aws?.type == "request" && aws?.url == "/latest/" && aws?.aws?.isIMDSv2 == true)
    #expect(aws?.host == "169.254.169.254" && aws?.userAgent == "curl/8")
    let gcp = try EventBuilder().packet(.imds, .imds(.request("gcp", "/computeMetadata/"))).document.imds
    #expect(gcp?.cloudProvider == "gcp" && gcp?.aws == nil)
    let response = try EventBuilder().packet(.imds, .imds(.answer)).document.imds
    #expect(response?.type == "response" && response?.url == nil && response?.server == "EC2ws")
    #expect(response?.aws?.securityCredentials?.accessKeyID == "ASIA123")
  }

  @Test(
    arguments: [(.connect, "10.0.0.1", "10.0.0.2"), (.accept, "10.0.0.2", "10.0.0.1")] as [(EventType, String, String)])
  func `a connection is told as its packets would be`(type: EventType, source: String, destination: String) throws {
    let document = try EventBuilder().connection(type).document
    #expect(document.network?.source.ip == source)
    #expect(document.network?.destination.ip == destination)
    #expect(document.network?.l3Protocol == "ETH_P_IP" && document.network?.l4Protocol == "IP_PROTO_TCP")
    #expect(document.network?.device == nil && document.network?.size == 0)
    let local = EventBuilder().connection(type, local: .init(family: 1), peer: .init(family: 1, name: "/run/x"))
    #expect(try local.document.network == nil)
  }

  // MARK: Ends

  @Test(
    arguments: [
      (0x0000, false, "EXITED", 0), (0x0100, false, "EXITED", 1), (0xff00, false, "EXITED", 255),
      (0x2a00, true, "EXITED", 42), (0x000f, false, "SIGNALED", 15), (0x0009, false, "SIGNALED", 9),
      (0x0040, false, "SIGNALED", 64), (0x008b, false, "COREDUMPED", 11), (0x000b, true, "COREDUMPED", 11),
    ] as [(UInt32, Bool, String, JSONInteger)])
  func `an exit tells its cause`(status: UInt32, dumped: Bool, cause: String, code: JSONInteger) throws {
    let document = try EventBuilder().exit(status: status, dumped: dumped).document
    #expect(document.exit?.cause == cause)
    #expect(document.exit?.code == code)
    #expect(document.file?.path == "/usr/bin/dash")
  }

  // MARK: Identities

  private static var change: EventBuilder {
    var builder = EventBuilder()
    builder.before = Credentials(user: 0, group: 0)
    builder.after = Credentials(
      uid: 1, gid: 2, euid: 3, egid: 4, fsuid: 5, fsgid: 6, capEffective: 1 << 5 | 1, capPermitted: 1 << 63)
    builder.afterNames = CredentialNames(user: "ada", egroup: "users")
    return builder
  }

  @Test(
    arguments: [
      (.setuid, #"{"uid":1,"user":"ada","euid":3,"fsuid":5}"#),
      (.setgid, #"{"gid":2,"egid":4,"egroup":"users","fsgid":6}"#),
      (.capset, #"{"cap_effective":["CAP_CHOWN","CAP_KILL"],"cap_permitted":["9223372036854775808"]}"#),
    ] as [(EventType, String)])
  func `a change of identity tells the new one in the shape of its type`(type: EventType, destination: String) throws {
    let event = Self.change.event(type, .credentials)
    #expect(event.json.contains(#""destination":\#(destination)}"#))
    let process = try #require(try event.document.process)
    #expect(process.uid == 0)
    #expect(process.credentials?.euid == 0)
    #expect(process.credentials?.capEffective == [])
  }

  @Test func `the event acts with its thread's identity, not with its process's`() throws {
    var event = EventBuilder().chdir("/")
    event.credentials = Credentials(user: 1000, group: 1001)
    event.names = CredentialNames(all: "ada")
    event.activity.tid = 1240
    let document = try event.document
    #expect(document.process?.uid == 1000)
    #expect(document.process?.user == "ada")
    #expect(document.process?.tid == 1240)
    #expect(document.usr?.id == "ada")
  }

  @Test func `a signal's target is told in full, with its own ancestors`() throws {
    var builder = EventBuilder()
    let target = ProcessImage.image("victim", 4000)
    target.credentials = Credentials(user: 7, group: 8)
    target.ancestor = .image("init", 1)
    builder.target = target
    let signal = try #require(try builder.signal(15, to: 4000).document.signal)
    #expect(signal.type == "SIGTERM")
    #expect(signal.pid == 4000)
    #expect(signal.target?.comm == "victim")
    #expect(signal.target?.tid == 4000)
    #expect(signal.target?.uid == 7)
    #expect(signal.target?.ancestors?.map(\.comm) == ["init"])
    #expect(try EventBuilder().signal(.max, to: 4000).document.signal?.target == nil)
  }

  // MARK: Losses

  @Test func `a loss is an event with its counts as variables`() throws {
    var loss = Loss(
      time: Instant(nanoseconds: EventBuilder.epoch),
      rows: [
        Loss.Row(type: .open, cause: .ringFull, count: .max), Loss.Row(type: .exec, cause: .undecodable, count: 1),
      ])
    loss.cgroups = [Loss.CgroupRow(path: "/a/b", count: 7), Loss.CgroupRow(path: "", count: 2)]
    var writer = JSONWriter()
    EventEncoder().write(loss, to: &writer)
    let json = writer.text
    var validator = EventValidator()
    validator.validate(unsafe json.utf8Span.span.bytes) { Issue.record("\($0)") }
    let document = try EventDocument(json: json)
    #expect(document.json == json)
    #expect(document.evt?.name == "lost_events")
    #expect(json.contains(#""lost.open.ring_full":18446744073709551615"#))
    #expect(json.contains(#""lost.exec.undecodable":1"#))
    #expect(json.contains(#""lost.cgroup./a/b":7,"lost.cgroup.others":2"#))
    #expect(json.contains(#""date":"2024-10-02T14:03:07Z""#))
  }

  // MARK: Whom it is for

  @Test(
    arguments: [
      (1, 2, #"{"span_id":1,"trace_id":2}"#), (UInt64.max, 0, #"{"span_id":18446744073709551615}"#),
      (0, 2, #"{"trace_id":2}"#), (0, 0, "{}"),
    ] as [(UInt64, UInt64, String)])
  func `an event has its span, without what is zero`(span: UInt64, trace: UInt64, dd: String) {
    var builder = EventBuilder()
    builder.span = TraceSpan(spanID: span, traceID: trace)
    #expect(builder.chdir("/").json.contains("\"dd\":\(dd),"))
  }

  @Test func `an event has the span that its process began in, where its thread is in none`() throws {
    let event = EventBuilder().chdir("/")
    event.process.span = TraceSpan(spanID: 1, traceID: 2)
    #expect(try event.document.dd?.spanID == 1)
  }

  @Test func `a session is told with all that is known of it`() throws {
    var builder = EventBuilder()
    builder.userSession = .jane
    #expect(
      builder.chdir("/").json.contains(
        #""user_session":{"id":"ab","session_type":"k8s","k8s_username":"jane","k8s_uid":"1","k8s_groups":["a","b"],"#
          + #""k8s_extra":{"x":["1","2"],"y":[]}}"#))
    builder.userSession = UserSession(id: .max, kind: .unknown)
    #expect(builder.chdir("/").json.contains(#""user_session":{"id":"ffffffffffffffff","session_type":"unknown"}"#))
  }

  @Test func `a process that is put into a session is written anew`() throws {
    let event = EventBuilder().chdir("/")
    var encoder = EventEncoder()
    #expect(!encoder.json(event).contains("user_session"))
    event.process.userSession = UserSession(id: 1, kind: .k8s)
    #expect(encoder.json(event).contains("user_session"))
    event.process.userSession = .jane
    #expect(encoder.json(event).contains("jane"))
  }
}
