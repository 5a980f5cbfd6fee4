import MartletModel
import Testing

@testable import MartletOutput

struct CompactFormatterTests {
  private static func lines(_ events: [Event], _ style: ScreenStyle = .init(color: false)) -> String {
    var formatter = CompactFormatter(style: style)
    var output: [UInt8] = []
    for event in events { formatter.append(event, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  /// What stands right of the first arrow.
  private static func what(_ event: Event, _ style: ScreenStyle = .init(color: false)) -> String {
    let line = lines([event], style).dropLast()
    return line.firstRange(of: " → ").map { String(line[$0.upperBound...]) } ?? String(line)
  }

  @Test func `columns line up`() {
    var later = EventBuilder(comm: "fifteen-letters", pid: 4_194_303)
    later.milliseconds = 61_250
    let events = [
      EventBuilder().fork(), EventBuilder(comm: "id", path: "/usr/bin/id", milliseconds: 12).exec(["id", "-u"]),
      later.chdir("/tmp"), EventBuilder(milliseconds: -1).exit(status: 0),
    ]
    #expect(
      Self.lines(events) == """
           +0.000 + fork   sh                 1234 → child of bash(812)
           +0.012 $ exec   id                 1234 → /usr/bin/id  id -u < bash < sshd
          +61.250 / chdir  fifteen-letters 4194303 → /tmp
           -0.001 - exit   sh                 1234 → code 0 after 0.999 s

        """)
  }

  @Test(arguments: [
    (["id"], "/usr/bin/dash  id"),
    (["sh", "-c", "echo hi > /tmp/x"], #"/usr/bin/dash  sh -c "echo hi > /tmp/x""#),
    (["sh", ""], #"/usr/bin/dash  sh """#),
    (["sh", #"say "hi""#], #"/usr/bin/dash  sh "say \"hi\"""#),
    (["sh", "<", "init"], #"/usr/bin/dash  sh "<" init"#),
    (["awk", #"\d+\.\n"#], #"/usr/bin/dash  awk \d+\.\\n"#),
    (["sh", #"a b\"#], #"/usr/bin/dash  sh "a b\\""#),
  ])
  func `an exec is its file and its arguments, word by word`(argv: [String], expected: String) {
    var builder = EventBuilder()
    builder.ancestors = []
    let event = builder.exec(argv)
    #expect(Self.what(event) == expected)
    event.process.interpreter = .file("/usr/bin/env")
    #expect(Self.what(event) == expected.replacing("/usr/bin/dash", with: "/usr/bin/dash (/usr/bin/env)"))
  }

  @Test func `what goes through the network is told in a word or two`() {
    let builder = EventBuilder()
    let rows: [(Event, String)] = [
      (builder.bind(.ipv4(1, port: 80)), "10.0.0.1:80"),
      (builder.bind(.ipv4(1, port: 80), isUserMemory: true), "10.0.0.1:80 (the caller's)"),
      (builder.bind(.init(family: 1, name: "@a b")), #"AF_UNIX "@a b""#),
      (builder.bind(.init(family: 77)), "family 77"),
      (builder.connection(.connect), "10.0.0.2:443"),
      (builder.connection(.accept), "10.0.0.1:4000 from 10.0.0.2:443"),
      (
        builder.packet(.dns, .dns(DNSQuestion(id: 1, name: "a.org", type: 28, class: 1, size: 1, count: 1))),
        "a.org AAAA at 10.0.0.2:53"
      ),
      (builder.packet(.dns, .dns(DNSQuestion(id: 1, type: 2, size: 1, count: 1))), ". NS at 10.0.0.2:53"),
      (
        builder.packet(.dns, .dns(DNSQuestion(id: 1, name: "a", size: 1, count: 1, isMalformed: true))),
        "malformed a at 10.0.0.2:53"
      ),
      (builder.packet(.imds, .imds(.request("aws", "/latest/"))), "aws /latest/ IMDSv2"),
      (builder.packet(.imds, .imds(.answer)), "aws response credentials ASIA123"),
    ]
    for (event, expected) in rows { #expect(Self.what(event) == expected) }
  }

  @Test func `what a process sets is told by its names`() {
    let builder = EventBuilder()
    func signal(_ target: Int32) -> Event { builder.event(.signal, .signal(.init(number: 9, target: target))) }
    func limit(_ resource: UInt32, _ maximum: UInt64, target: UInt32) -> Event {
      builder.event(
        .setrlimit, .setrlimit(.init(resource: resource, current: 0, maximum: maximum, target: target)))
    }
    let rows: [(Event, String)] = [
      (builder.event(.prctl, .prctl(.init(option: 15, name: "a b", isNameCut: true))), #"PR_SET_NAME "a b" (cut)"#),
      (builder.event(.prctl, .prctl(.init(option: 9999))), "9999"),
      (builder.event(.setsockopt, .setsockopt(.sample)), "SO_ATTACH_FILTER 2 instructions"),
      (
        builder.event(
          .setsockopt, .setsockopt(.init(level: 6, option: 1, family: 2, socketType: 1, transport: 6))),
        "IPPROTO_TCP option 1"
      ),
      (limit(4, .max, target: 1234), "RLIMIT_CORE = 0, at most unlimited"),
      (limit(99, 5, target: 77), "99 = 0, at most 5 of pid 77"),
      (
        builder.event(
          .sysctl,
          .sysctl(.init(isWrite: true, name: .init("kernel/x"), value: .init("1"), oldValue: .init("0")))),
        "kernel/x = 0 → 1"
      ),
      (
        builder.event(.sysctl, .sysctl(.init(isWrite: false, name: .init("kernel/x"), value: .init("1 2")))),
        #"kernel/x = "1 2""#
      ),
      (
        builder.event(.cgroupWrite, .cgroupWrite(.init(file: .file("/g/tasks"), pid: 7))), "/g/tasks ← 7"
      ),
      (builder.event(.syscalls, .syscalls(.init(numbers: [0, 437]))), "SysRead SysOpenat2"),
      (signal(-1), "SIGKILL → all processes"), (signal(-77), "SIGKILL → process group 77"),
      (signal(.min), "SIGKILL → process group 2147483648"),
    ]
    for (event, expected) in rows { #expect(Self.what(event) == expected) }
  }

  @Test func `a long type keeps its distance`() {
    #expect(Self.lines([EventBuilder().connection(.connect)]).contains("> connect sh "))
  }

  @Test func `a lineage leaves out copies and ends after five images`() {
    var builder = EventBuilder()
    builder.ancestors = [.image("sh", 9, isFork: true)] + "abcde".map { .image(String($0), 8) }
    #expect(Self.what(builder.exec(["x"])) == "/usr/bin/dash  x < a < b < c < d < e")
    builder.ancestors += [.image("f", 3)]
    #expect(Self.what(builder.exec(["x"])) == "/usr/bin/dash  x < a < b < c < d < e < …")
  }

  @Test(
    arguments: [
      (0, false, "code 0 after 1.000 s"), (0x100, false, "code 1 after 1.000 s"),
      (0xff00, false, "code 255 after 1.000 s"),
      (9, false, "SIGKILL after 1.000 s"), (0x8b, false, "SIGSEGV, core dumped after 1.000 s"),
      (11, true, "SIGSEGV, core dumped after 1.000 s"), (34, false, "signal 34 after 1.000 s"),
    ] as [(UInt32, Bool, String)])
  func `an exit tells why and how long the process lived`(status: UInt32, dumped: Bool, expected: String) {
    #expect(Self.what(EventBuilder().exit(status: status, dumped: dumped)) == expected)
  }

  @Test(
    arguments: [
      (0, "r"), (1, "w"), (2, "rw"), (0x80241, "w +creat +trunc"), (0x441, "w +append +creat"), (0x200000, "path"),
      (0x2c2, "rw +creat +excl +trunc"), (0x101001, "w +sync"), (0x80000, "r"), (.max & ~0x200000, "rw"),
    ] as [(UInt32, String)])
  func `an open tells what for`(flags: UInt32, expected: String) {
    let what = Self.what(EventBuilder().open(.file("/etc/passwd"), flags: flags))
    #expect(what.hasPrefix("/etc/passwd \(expected)"))
    if flags < 1 << 31 { #expect(what == "/etc/passwd \(expected)") }
  }

  private static var kernelRows: [(Event, String)] {
    [
      (EventBuilder().mount(.file("/mnt")), "/mnt shows tmpfs"),
      (EventBuilder().mount(.file("/mnt"), source: .init(mountID: 1, path: "/srv")), "/mnt shows /srv"),
      (EventBuilder().mount(.file("/mnt"), isMoved: true), "/mnt moved here: tmpfs"),
      (EventBuilder().event(.umount, .umount(.init(id: 30, all: [30]))), "mount 30"),
      (EventBuilder().mmap(.file("/lib/libc.so")), "/lib/libc.so r-x, 8192 bytes"),
      (EventBuilder().mmap(nil, protection: 3), "anonymous memory rw-, 8192 bytes"),
      (EventBuilder().mprotect(), "0x1000-0x3000 rw- → rwx"),
      (EventBuilder().ptrace(0, tracee: 0), "PTRACE_TRACEME"),
      (EventBuilder(target: .image("victim", 9)).ptrace(16, tracee: 9), "PTRACE_ATTACH → victim(9)"),
      (
        EventBuilder().bpf(),
        "BPF_PROG_LOAD counts(BPF_MAP_TYPE_ARRAY) probe(BPF_PROG_TYPE_CGROUP_SKB)"
      ),
      (EventBuilder().event(.loadModule, .loadModule(.sample)), "dm_mod from /lib/modules/dm-mod.ko  a=1 b"),
      (EventBuilder().event(.unloadModule, .unloadModule(.sample)), "dm_mod"),
      (EventBuilder().selinux(.boolean(name: "b", isOn: nil)), "b (no number)"),
      (EventBuilder().selinux(.boolean(name: "b", isOn: true)), "b on"),
      (EventBuilder().selinux(.enforce(false), status: .permissive), "permissive"),
      (EventBuilder().selinux(.enforce(nil)), "unknown status"),
      (EventBuilder().selinux(.commit(true)), "booleans committed"),
    ]
  }

  @Test func `what is done to mounts, memory and the kernel fits into a line`() {
    for (event, expected) in Self.kernelRows { #expect(Self.what(event) == expected) }
  }

  @Test func `a path tells when it is not whole`() {
    let rows: [(FileIdentity, String)] = [
      (.file("/deep/down", error: .truncated), "/deep/down (beginning missing) r"),
      (.file("/x", error: .detached), "/x (detached) r"),
      (.file("/etc/shadow", error: .userString), "/etc/shadow (as given) r"),
      (FileIdentity(), "(unknown) r"), (.file("", error: .unknown), "(unknown) r"),
      (.file("/a b"), "\"/a b\" r"),
    ]
    for (file, expected) in rows { #expect(Self.what(EventBuilder().open(file)) == expected) }
    var memfd = FileIdentity()
    memfd.name = "memfd:x"
    #expect(Self.what(EventBuilder().open(memfd)) == "memfd:x r")
  }

  @Test(
    arguments: [
      (-13, false, "/etc/shadow (as given) r → Refused"), (-2, false, "/etc/shadow (as given) r → Error"),
      (3, true, "/etc/shadow (as given) r async"), (-1, true, "/etc/shadow (as given) r async → Refused"),
    ] as [(Int64, Bool, String)])
  func `an outcome is told unless it is success`(result: Int64, isAsync: Bool, expected: String) {
    let builder = EventBuilder(result: result, isAsync: isAsync)
    #expect(Self.what(builder.open(.file("/etc/shadow", error: .userString))) == expected)
  }

  @Test func `a change of identity tells which ids went where`() {
    let root = Credentials()
    let nobody = Credentials(user: 65534, group: 65534)
    var effective = root
    (effective.euid, effective.fsuid, effective.egid) = (65534, 65534, 65534)
    var mixed = nobody
    mixed.uid = 33
    let rows: [(EventType, Credentials, String)] = [
      (.setuid, nobody, "root(0) → nobody(65534)"),
      (.setgid, nobody, "root(0) → nobody(65534)"),
      (.setuid, effective, "euid,fsuid root(0) → nobody(65534)"),
      (.setgid, effective, "egid root(0) → nobody(65534)"),
      (.setuid, mixed, "uid root(0) → nobody(33), euid,fsuid root(0) → nobody(65534)"),
      (.setuid, root, "root(0) unchanged"),
    ]
    for (type, after, expected) in rows {
      let builder = EventBuilder(after: after, afterNames: CredentialNames(all: "nobody"))
      #expect(Self.what(builder.event(type, .credentials)) == expected)
    }
    let unnamed = EventBuilder(after: nobody, beforeNames: CredentialNames())
    #expect(Self.what(unnamed.event(.setuid, .credentials)) == "0 → 65534")
  }

  @Test(
    arguments: [
      (0b1111, 0b1111, 0b1111, "unchanged"), (0b1111, 0b0111, 0b0111, "-fowner"),
      (0b0001, 0b0010, 0b0010, "+dac_override -chown"), (0x1ff_ffff_ffff, 0, 0, "-41 capabilities, none left"),
      (0b11, 0, 0, "-chown -dac_override, none left"), (0b11, 0b01, 0b11, "effective -dac_override"),
      (0b11, 0b01, 0b10, "effective -dac_override, permitted -chown"), (1 << 63 | 1, 1, 1, "-cap_63"),
    ] as [(UInt64, UInt64, UInt64, String)])
  func `a capset tells what is gone and what is new`(
    before: UInt64, effective: UInt64, permitted: UInt64, expected: String
  ) {
    var builder = EventBuilder()
    (builder.before.capEffective, builder.before.capPermitted) = (before, before)
    (builder.after.capEffective, builder.after.capPermitted) = (effective, permitted)
    #expect(Self.what(builder.event(.capset, .credentials)) == expected)
  }

  @Test(
    arguments: [
      (15, "sleep", 77, "SIGTERM → sleep(77)"), (0, "sleep", 77, "signal 0 → sleep(77)"),
      (9, "tmux: server", 5, #"SIGKILL → "tmux: server"(5)"#), (9, "", 5, "SIGKILL → pid 5"),
      (64, nil, 12, "signal 64 → pid 12"), (.max, nil, 0, "signal 4294967295 → an unknown process"),
    ] as [(UInt32, String?, UInt32, String)])
  func `a signal names its target`(number: UInt32, comm: String?, pid: UInt32, expected: String) {
    let builder = EventBuilder(target: comm.map { .image($0, pid) })
    #expect(Self.what(builder.signal(number, to: pid)) == expected)
  }

  @Test func `a long line gives in from its middle`() {
    let arguments = Array(repeating: "argument", count: 40).joined(separator: "-")
    let event = EventBuilder(comm: "curl", path: "/usr/bin/curl").exec(["curl", arguments, "last"])
    #expect(
      Self.lines([event], .init(color: false, columns: 100))
        == "   +0.000 $ exec   curl               1234 → /usr/bin/curl  curl argument…rgument last < bash < sshd\n")
    #expect(
      Self.lines([event], .init(color: false, columns: 64))
        == "   +0.000 $ exec   curl               1234 → /usr…url  curl…ast\n")
    #expect(Self.lines([event], .init(color: false, columns: 12)) == "   +0.000 $…\n")
    #expect(Self.lines([event], .init(color: false, columns: 0)) == "\n")
  }

  @Test(arguments: [
    (120, " < bash < tmux < login < init"), (67, " < bash < …"), (66, " < …"), (60, " < …"), (59, ""), (56, ""),
  ])
  func `a long lineage gives in from its end`(columns: Int, expected: String) {
    var builder = EventBuilder(comm: "id", path: "/bin/id")
    builder.ancestors = ["bash", "tmux", "login", "init"].map { .image($0, 8) }
    let line = Self.lines([builder.exec(["id"])], .init(color: false, columns: columns))
    #expect(line.hasSuffix("id" + expected + "\n"))
  }
}
