import MartletModel
import MartletRules
import SECL
import Testing

/// What rules see of events that are live.
struct LiveEventTests {
  private func holds(_ expression: String, for event: Event) throws -> Bool {
    try Scope(catalogue: Catalogue.shared).compile(rule: expression)
      .holds(in: ReaderContext(LiveEvent(event, hostname: "web-1")))
  }

  @Test(arguments: [
    "exec.pid == 1234 && exec.ppid == 1 && exec.tid == 1234",
    "exec.file.path == \"/usr/bin/bash\" && exec.file.name == \"bash\"",
    "exec.file.rights == S_ISUID | 0755 && exec.file.mode & S_IFREG > 0",
    "exec.file.user == \"www-data\" && exec.file.uid == 33 && exec.file.inode == 4711",
    "exec.file.modification_time > 59s && exec.file.change_time == 0",
    "exec.file.mount_visible && !exec.file.mount_detached && !exec.file.in_upper_layer",
    "exec.comm == \"bash\" && exec.tty_name == \"pts0\" && exec.user == \"anna\" && exec.uid == 1000",
    "exec.cap_effective & CAP_SYS_ADMIN > 0",
    "exec.created_at == 3s",
    "exec.is_exec && !exec.is_thread && !exec.is_kworker",
    "exec.argv0 == \"-bash\" && exec.args == \"-ln --width=8 -T 8 a b\" && exec.args_truncated",
    "exec.argv in [ \"a b\" ] && %{process.argv.length} == 5",
    "exec.args_flags in [ \"ln\" ] && exec.args_flags in [ \"n\" ] && exec.args_flags in [ \"T\" ]",
    "exec.args_options in [ \"T=8\" ] && exec.args_options in [ \"width=8\" ]",
    "exec.envs in [ \"HOME\" ] && exec.envp in [ ~\"LD_PRELOAD=*\" ] && !exec.envs_truncated",
    "exec.container.id == \"c0ffee\" && container.id == \"c0ffee\" && exec.cgroup.id =~ \"*/c0ffee\"",
    "exec.interpreter.file.path == \"\" && exec.interpreter.file.path.length == 0",
    "exec.syscall.path == \"./bash\"",
    "exec.pid == ${process.pid}",
    "exec.file.hashes not in [ \"sha256:00\" ] && exec.file.package.name == \"\"",
    "exec.pid > 0 && event.hostname == \"web-1\" && event.origin == \"ebpf\" && event.os == \"linux\"",
    "exec.pid > 0 && event.async && event.timestamp == 0s",
    "exec.pid > 0 && process.parent.comm == \"sshd\" && process.parent.is_thread && process.parent.pid == 812",
    "exec.pid > 0 && process.ancestors.length == 2 && process.ancestors.pid == 700",
    "exec.pid > 0 && process.ancestors[A].pid == 812 && process.ancestors[A].args_options in [ \"o=Port=22\" ]",
    "exec.pid > 0 && process.ancestors[A].pid == 700 && process.ancestors[A].file.path == \"/usr/bin/sshd\"",
    "exec.pid > 0 && process.ancestors.argv in [ \"-D\" ] && process.ancestors.comm != \"init\"",
    "exec.pid > 0 && process.ancestors.auid == 0",
    "exec.user_session.id == 8589934599 && exec.user_session.session_type == k8s",
    "exec.user_session.k8s_username == \"jane\" && exec.user_session.k8s_uid == \"u-1\"",
    "exec.user_session.k8s_groups in [ \"oncall\" ] && exec.user_session.identity == \"jane\"",
    "exec.user_session.k8s_session_id == 8589934599",
    "exec.pid > 0 && process.parent.user_session.id == 0 && process.parent.user_session.k8s_username == \"\"",
  ])
  func `a rule finds what an exec is about`(expression: String) throws {
    #expect(try holds(expression, for: Scene().exec()))
  }

  @Test(arguments: [
    "exec.file.path == \"/usr/bin/sh\"", "exec.uid == 0", "exec.created_at < 3s", "exec.argv0 == \"bash\"",
    "exec.args_flags in [ \"width\" ]",
    "exec.pid > 0 && process.ancestors[A].pid == 700 && process.ancestors[A].is_thread",
    "exec.pid > 0 && process.ancestors.auid != 0",
  ])
  func `a rule does not find what an exec is not`(expression: String) throws {
    #expect(try !holds(expression, for: Scene().exec()))
  }

  @Test(arguments: [
    ("open.file.path == \"/etc/cron.d/job.sh\" && open.file.name.length == 6", true),
    ("open.file.extension == \".sh\" && open.file.path =~ \"/etc/**\"", true),
    ("open.flags & (O_CREAT|O_WRONLY) == O_CREAT | O_WRONLY && open.syscall.flags & O_CREAT > 0", true),
    ("open.file.destination.mode == 0640 && open.syscall.mode == 0640", true),
    ("open.retval == EACCES", true),
    ("open.retval >= 0", false),
    ("open.retval < 0 && process.file.name == \"bash\"", true),
  ])
  func `a rule knows an open`(expression: String, answer: Bool) throws {
    var scene = Scene()
    scene.result = -13
    #expect(try holds(expression, for: scene.open()) == answer)
  }

  @Test func `an open that creates nothing has no mode for it`() throws {
    #expect(try holds("open.file.destination.mode == 0", for: Scene().open(flags: 1)))
  }

  @Test(arguments: [
    ("chdir.file.path == \"/root\" && chdir.syscall.path == \"../root\" && chdir.retval == 0", true),
    ("chdir.syscall.path == \"/root\"", false),
  ])
  func `a rule knows a chdir`(expression: String, answer: Bool) throws {
    #expect(try holds(expression, for: Scene().chdir()) == answer)
  }

  @Test(arguments: [
    ("signal.type == SIGKILL && signal.pid == 99", true),
    ("signal.target.comm == \"nginx\" && signal.target.file.path == \"/usr/bin/nginx\"", true),
    ("signal.target.parent.comm == \"sshd\" && signal.target.ancestors.length == 1", true),
    ("signal.target.ancestors[A].pid == 700 && process.ancestors.length == 2", true),
    ("signal.target.uid == 1000", false),
  ])
  func `a rule knows whom a signal is for`(expression: String, answer: Bool) throws {
    #expect(try holds(expression, for: Scene().signal()) == answer)
  }

  @Test(
    arguments: [
      (7 << 8, false, "exit.cause == EXITED && exit.code == 7"), (9, false, "exit.cause == SIGNALED && exit.code == 9"),
      (11, true, "exit.cause == COREDUMPED && exit.code == 11 && exit.comm == \"bash\""),
    ] as [(UInt32, Bool, String)])
  func `a rule knows how a process ended`(status: UInt32, dumped: Bool, expression: String) throws {
    #expect(try holds(expression, for: Scene().exit(status: status, dumped: dumped)))
  }

  @Test(
    arguments: [
      (.setuid, "setuid.euid == 0 && setuid.euser == \"root\" && process.uid == 1000 && process.user == \"anna\""),
      (.setgid, "setgid.fsgid == 10 && setgid.fsgroup == \"wheel\" && process.fsgid == 0"),
      (.capset, "capset.cap_permitted == CAP_NET_ADMIN && process.cap_effective & CAP_SYS_ADMIN > 0"),
    ] as [(EventType, String)])
  func `a rule knows the identity before and after`(type: EventType, expression: String) throws {
    #expect(try holds(expression, for: Scene().changeOfIdentity(type)))
  }

  @Test(arguments: [
    ("/data", "/data/etc/shadow", true), ("/", "/etc/shadow", true), ("/data", "/database/etc/shadow", false),
    ("/dat", "/data/etc/shadow", false),
  ])
  func `a file of an overlay goes by its path below the mount too`(mount: String, path: String, answer: Bool) throws {
    var file = Scene.file(path)
    file.filesystem = "overlay"
    file.mountPath = mount
    #expect(try holds("open.file.path == \"/etc/shadow\"", for: Scene().open(file)) == answer)
    #expect(try holds("open.file.path != \"/etc/shadow\"", for: Scene().open(file)) != answer)
  }

  @Test(arguments: [
    ("/usr/bin/sh", "exec.file.path == \"/usr/bin/sh\" && exec.file.path == \"/usr/bin/bash\"", true),
    ("/usr/bin/sh", "exec.file.name == \"sh\" && exec.file.name =~ \"b*sh\"", true),
    ("/usr/bin/sh", "exec.file.path != \"/usr/bin/sh\"", false),
    ("/usr/bin/sh", "exec.file.path not in [ \"/usr/bin/zsh\" ]", true),
    ("sh", "exec.file.name == \"sh\"", false), ("/usr/../sh", "exec.file.name == \"sh\"", false),
    ("/usr/bin/bash", "exec.file.path not in [ \"/usr/bin/sh\" ] && exec.file.name.length == 4", true),
  ])
  func `a program goes by the link that it was started through`(argument: String, rule: String, answer: Bool) throws {
    let scene = Scene()
    scene.shell.aliases = Aliases(of: scene.shell.executable, startedAs: argument)
    #expect(try holds(rule, for: scene.exec()) == answer)
  }

  @Test func `the next event is read in place of the last`() throws {
    let live = LiveEvent(Scene().exec())
    let comm = try #require(Catalogue.shared.field(named: "process.ancestors.comm"))
    let path = try #require(Catalogue.shared.field(named: "open.file.path"))
    let context = ReaderContext(live)
    #expect(context.value(of: comm) == .strings([Array("sshd".utf8), Array("sshd".utf8)]))
    #expect(context.value(of: path) == .string([]))
    let scene = Scene()
    scene.shell.ancestor = scene.daemon
    live.move(to: scene.open())
    #expect(context.value(of: comm) == .strings([Array("sshd".utf8)]))
    #expect(context.value(of: path) == .string(Array("/etc/cron.d/job.sh".utf8)))
    #expect(context.value(of: comm, at: 0) != nil)
    #expect(context.value(of: comm, at: 1) == nil)
    #expect(context.value(of: comm, at: -1) == nil)
  }

  /// Two spellings of one letter are the same text to Swift, and two files to the kernel.
  @Test func `files have the same number if all that they are called is the same`() {
    func file(_ path: String, on filesystem: String = "ext4", at mount: String = "/") -> FileIdentity {
      var file = FileIdentity()
      (file.path, file.name) = (path, FileIdentity.name(path: path))
      (file.filesystem, file.mountPath) = (filesystem, mount)
      return file
    }
    let files = [
      file("/srv/a-file-with-a-long-name"), file("/srv/\u{e9}"), file("/srv/e\u{301}"),
      file("/srv/a", on: "overlay"), file("/srv/a"), file("/srv/a", at: "/srv"), file(""),
    ]
    let scene = Scene()
    let live = LiveEvent(scene.exec())
    #expect(live.recurring == 0)
    func number(of file: FileIdentity) -> UInt64 {
      live.move(to: scene.event(.open, .open(Activity.Open(file: file, flags: 0, mode: 0))))
      return live.recurring
    }
    let numbers = files.map(number)
    #expect(Set(numbers).count == files.count)
    // Those whose paths are the same share a place, where only the last is known.
    #expect([0, 1, 2, 5, 6].allSatisfy { number(of: files[$0]) == numbers[$0] })
  }

  @Test func `a file that goes by two names has two numbers`() {
    let scene = Scene()
    let live = LiveEvent(scene.exec())
    func number(of name: String) -> UInt64 {
      var file = FileIdentity()
      (file.path, file.name, file.inode, file.mountID) = ("/srv/\(name)", name, 77, 3)
      live.move(to: scene.event(.open, .open(Activity.Open(file: file, flags: 0, mode: 0))))
      return live.recurring
    }
    let (one, other) = (number(of: "one"), number(of: "other"))
    #expect(one != other && number(of: "other") == other && number(of: "one") != other)
  }

  @Test(
    arguments: [
      { $0.shell.credentials.uid = 0 }, { $0.daemon.names = CredentialNames(user: "root") },
      { $0.creator.ancestor = nil }, { $0.daemon.ancestor = Scene.image("init", 1) },
      { $0.shell.userSession = nil }, { $0.shell.container?.describe(name: "web", image: "nginx:1") },
      { $0.shell.container?.createdAt = Instant(nanoseconds: 1) },
      {
        $0.daemon.ancestor = Scene.image("init", 1)
        _ = LiveEvent($0.open()).lasting
        $0.daemon.ancestor?.names = CredentialNames(user: "root")
      },
    ] as [@Sendable (Scene) -> Void])
  func `a process has another number when what rules may ask of it has changed`(change: @Sendable (Scene) -> Void) {
    let scene = Scene()
    let live = LiveEvent(scene.open())
    let before = live.lasting
    // Not the event's own identity, which is compared: what the process and its ancestors are.
    let event = scene.open()
    change(scene)
    live.move(to: event)
    #expect(live.lasting != before)
  }

  @Test func `threads and identities of one process have numbers of their own, and its end is no change`() {
    let scene = Scene()
    let live = LiveEvent(scene.open())
    func number(_ event: Event) -> UInt64 {
      live.move(to: event)
      return live.lasting
    }
    // Other tests change containers meanwhile, after which all numbers are new.
    let isKept = (0..<100).contains { _ in
      let before = number(scene.open())
      scene.shell.exitTime = Instant(nanoseconds: Scene.now)
      _ = Scene()
      return number(scene.open()) == before
    }
    #expect(isKept)
    var other = scene.open()
    other.credentials.euid = 5
    var named = scene.open()
    named.names = CredentialNames(user: "anna")
    let thread = scene.event(.open, scene.open().activity.detail, tid: 1235)
    #expect(Set([scene.open(), other, named, thread].map(number)).count == 4)
  }

  @Test(
    arguments: [
      { _ in }, { $0.shell.arguments = nil }, { $0.shell.execTime = Instant(nanoseconds: 5) },
      { $0.shell.forkTime = nil }, { $0.shell.userSession = nil }, { $0.shell.executable.path += "" },
      { $0.daemon.arguments = nil }, { $0.daemon.exitTime = Instant(nanoseconds: 5) },
    ] as [@Sendable (Scene) -> Void])
  func `processes are of one kind if they differ in what is their own`(change: @Sendable (Scene) -> Void) {
    let isSame = isSameKind(after: change)
    #expect(isSame)
  }

  @Test(
    arguments: [
      { $0.shell.executable.path = "/bin/bash" }, { $0.shell.executable.modified = nil },
      { $0.shell.interpreter = FileIdentity() }, { $0.shell.comm = "sh" }, { $0.shell.tty = "" },
      { $0.shell.cgroup = "/docker" }, { $0.shell.container = nil }, { $0.shell.isFork = true },
      { $0.shell.container?.createdAt = Instant(nanoseconds: 1) }, { $0.shell.execTime = nil },
      { $0.shell.aliases = Aliases(of: Scene.file("/bin/bash"), startedAs: "/bin/sh") },
      { $0.shell.credentials.uid = 0 }, { $0.shell.names = CredentialNames(user: "root") },
      { $0.daemon.executable.inode += 1 }, { $0.daemon.comm = "init" }, { $0.creator.isFork = false },
      { $0.daemon.ancestor = Scene.image("init", 1) }, { $0.creator.ancestor = nil },
    ] as [@Sendable (Scene) -> Void])
  func `processes are of two kinds if rules may find another program, identity or ancestor`(
    change: @Sendable (Scene) -> Void
  ) {
    let isSame = isSameKind(after: change)
    #expect(!isSame)
  }

  /// Whether a process is of the kind of one that was changed.
  private func isSameKind(after change: (Scene) -> Void) -> Bool {
    let live = LiveEvent(Scene().open())
    func kind(_ change: (Scene) -> Void) -> UInt64 {
      let scene = Scene()
      change(scene)
      live.move(to: scene.exec())
      return live.kind
    }
    // Other tests change containers meanwhile, after which all numbers are new.
    return (0..<100).contains { _ in
      let before = kind { _ in }
      return kind(change) == before
    }
  }

  @Test func `who acts with an identity of its own is of no kind that another is`() {
    let scene = Scene()
    var other = scene.open()
    other.credentials.euid = 5
    let live = LiveEvent(other)
    let kind = live.kind
    live.move(to: scene.open())
    #expect(live.kind != kind && live.kind != 0)
  }

  @Test func `a thread of the kernel has no ancestors`() throws {
    let scene = Scene()
    scene.shell.isKernelWorker = true
    #expect(try holds("open.retval == 0 && process.is_kworker && process.ancestors.length == 0", for: scene.open()))
    #expect(try !holds("open.retval == 0 && process.ancestors.pid > 0", for: scene.open()))
  }

  @Test func `a variable is asked for with the event`() throws {
    let stage = Variable(name: "process.stage", type: .int)
    let scope = Scope(catalogue: Catalogue.shared, variables: [stage])
    let rule = try scope.compile(rule: "exec.pid > 0 && ${process.stage} == 1235")
    let live = LiveEvent(Scene().exec()) { variable, event in
      variable == stage ? .int(Int64(event.process.pid) + 1) : nil
    }
    #expect(rule.holds(in: ReaderContext(live)))
  }
}
