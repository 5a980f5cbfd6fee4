import MartletContext
import MartletModel
import Testing

struct LineageTests {
  /// A shell with pid 100 below a terminal's daemon and pid 1, all of them older than the probes.
  private func seeded() -> Story {
    let host = FakeHost()
    host.add(1, "init", parent: 0, ticks: 1)
    host.add(50, "sshd", parent: 1, ticks: 20)
    host.add(100, "bash", parent: 50, uid: 1000, ticks: 300)
    let story = Story(host)
    story.resolver.seed(pid: 100)
    return story
  }

  // MARK: Images

  @Test func `a fork runs a copy of its creator's image`() throws {
    let story = seeded()
    let shell = try #require(story.exec(100, "bash", "-l", as: .ada))
    let child = try #require(story.fork(200, by: 100, as: .ada))
    #expect(child.pid == 200)
    #expect(child.ppid == 100)
    #expect(child.isFork)
    #expect(!child.isExecChild)
    #expect(child.forkTime == story.now)
    #expect(child.execTime == shell.execTime)
    #expect(child.executable.path == "/bin/bash")
    #expect(child.arguments === shell.arguments)
    #expect(child.credentials == .ada)
    #expect(child.names.user == "ada")
    #expect(child.source == .event)
    #expect(child.ancestor === shell)
  }

  @Test func `an exec's nearest ancestor is the copy of the shell that it replaced`() throws {
    let story = seeded()
    let copy = try #require(story.fork(200, by: 100))
    let forked = story.now
    let image = try #require(story.exec(200, "ls", "-l", parent: 100))
    #expect(image.ancestors.map(\.pid) == [200, 100, 50, 1])
    #expect(image.ancestor === copy)
    #expect(copy.exitTime == story.now)
    #expect(image.forkTime == forked)
    #expect(image.execTime == story.now)
    #expect(image.exitTime == nil)
    #expect(image.ppid == 100)
    #expect(image.comm == "ls")
    #expect(!image.isFork)
    #expect(!image.isExecChild)
    #expect(image.arguments?.argv0 == "ls")
    #expect(image.arguments?.args == ["-l"])
    #expect(image.arguments?.envs == ["PATH=/bin", "KEY"])
  }

  @Test func `an exec after an exec is an exec child`() throws {
    let story = seeded()
    story.fork(200, by: 100)
    let shell = try #require(story.exec(200, "sh"))
    let list = try #require(story.exec(200, "ls"))
    #expect(!shell.isExecChild)
    #expect(list.isExecChild)
    #expect(list.ancestor === shell)
    let child = try #require(story.fork(201, by: 200))
    #expect(!child.isExecChild)
  }

  @Test func `a process from before the probes counts as a fork copy`() throws {
    let story = seeded()
    let before = try #require(story.open(100, as: .ada)?.process)
    #expect(before.isFork)
    #expect(before.source == .procfsSnapshot)
    let after = try #require(story.exec(100, "zsh"))
    #expect(!after.isExecChild)
    #expect(after.ancestor === before)
  }

  @Test func `forks of forks share one vector of arguments`() throws {
    let story = seeded()
    let shell = try #require(story.exec(100, "sh"))
    story.fork(200, by: 100)
    let grandchild = try #require(story.fork(300, by: 200))
    #expect(grandchild.ancestors.prefix(2).allSatisfy { $0.arguments === shell.arguments })
    #expect(grandchild.arguments === shell.arguments)
  }

  @Test func `the creator stays the parent, whoever adopts the process`() throws {
    let story = seeded()
    story.fork(200, by: 100)
    story.fork(300, by: 200)
    _ = story.exit(200)
    let orphan = try #require(story.exec(300, "daemon", parent: 1))
    #expect(orphan.ppid == 200)
    #expect(orphan.ancestors.map(\.pid) == [300, 200, 100, 50, 1])
    #expect(orphan.ancestors[1].exitTime != nil)
  }

  @Test func `an exec of one that nobody told of hangs below its parent`() throws {
    let story = seeded()
    let image = try #require(story.exec(300, "late", parent: 100))
    #expect(image.ancestors.map(\.comm) == ["bash", "sshd", "init"])
    #expect(!image.isExecChild)
  }

  @Test func `init may exec itself again`() throws {
    let story = seeded()
    story.resolver.seed(pid: 1)
    let again = try #require(story.exec(1, "init", parent: 0))
    #expect(again.pid == 1)
    #expect(again.ancestors.map(\.pid) == [1])
    story.fork(400, by: 1)
    #expect(story.exec(400, "getty")?.ancestors.map(\.pid) == [400, 1, 1])
  }

  // MARK: Ends

  @Test func `an exit takes the process out of the table`() throws {
    let story = seeded()
    story.fork(200, by: 100)
    let count = story.resolver.processCount
    let event = try #require(story.exit(200))
    #expect(event.process.pid == 200)
    #expect(event.process.exitTime == story.now)
    #expect(story.resolver.processCount == count - 1)
  }

  @Test func `a pid that is used again is another process`() throws {
    let story = seeded()
    let first = try #require(story.fork(200, by: 100))
    story.exec(200, "ls")
    _ = story.exit(200)
    let second = try #require(story.fork(200, by: 50))
    #expect(second.serial != first.serial)
    #expect(second.ppid == 50)
    #expect(second.ancestors.map(\.pid) == [50, 1])
    // Even when the end of the first was lost.
    let third = try #require(story.fork(200, by: 100))
    #expect(third.ancestors.map(\.pid) == [100, 50, 1])
  }

  // MARK: Knowledge from elsewhere

  @Test func `a process from before the probes is what procfs tells`() throws {
    let story = seeded()
    var identity = Credentials.ada
    (identity.capEffective, identity.capPermitted) = (1, 0xff)
    let image = try #require(story.open(100, as: identity)?.process)
    #expect(image.comm == "bash")
    #expect(image.tty == "pts0")
    #expect(image.ppid == 50)
    #expect(image.execTime == Instant(nanoseconds: Story.boot + 3_000_000_000))
    #expect(image.forkTime == image.execTime)
    #expect(image.credentials == identity)
    #expect(image.names.user == "ada")
    #expect(image.names.fsgroup == "users")
    #expect(image.arguments?.argv0 == "bash")
    #expect(image.arguments?.args == ["--token", "********"])
    #expect(image.arguments?.envs == ["PATH=/bin", "HOME"])
    let file = image.executable
    #expect(file.path == "/usr/bin/bash")
    #expect(file.name == "bash")
    #expect(file.inode == 4711)
    #expect(file.mode == 0o100755)
    #expect(file.user == "root")
    #expect(file.group == "users")
    #expect(file.modified == Instant(seconds: 1, nanoseconds: 2))
    #expect(file.changed == Instant(seconds: 3, nanoseconds: 4))
    #expect(file.mountPath == "/")
    #expect(file.filesystem == "ext4")
    #expect(file.mountSource == .snapshot)
    #expect(file.mountOrigin == .procfs)
    #expect(image.ancestors.map(\.comm) == ["sshd", "init"])
    #expect(image.ancestors.map(\.names.user) == ["root", "root"])
  }

  @Test func `a process that no record told of is looked up, with its names, and kept`() throws {
    let story = seeded()
    story.host.add(60, "cron", parent: 1)
    story.host.add(70, "job", parent: 60, uid: 1000)
    let image = try #require(story.open(70, as: .ada)?.process)
    #expect(image.source == .procfsFallback)
    #expect(image.ancestors.map(\.comm) == ["cron", "init"])
    #expect(image.names.user == "ada")
    #expect(image.executable.user == "root")
    #expect(image.ancestors.map(\.names.user) == ["root", "root"])
    #expect(story.open(70, as: .ada)?.process === image)
  }

  @Test func `a fork of a process that no record told of has its names`() throws {
    let story = seeded()
    story.host.add(70, "job", parent: 1, uid: 1000)
    var credentials = Credentials.ada
    (credentials.capEffective, credentials.capPermitted) = (1, 0xff)
    let child = try #require(story.fork(80, by: 70, as: credentials))
    #expect(child.names.user == "ada")
    #expect(child.ancestor?.names.user == "ada")
  }

  @Test func `a process that nobody can tell of is a placeholder, and not kept`() throws {
    let story = seeded()
    let count = story.resolver.processCount
    let event = try #require(story.open(999, as: .ada))
    #expect(event.process.source == .placeholder)
    #expect(event.process.pid == 999)
    #expect(event.process.ancestor == nil)
    #expect(event.credentials == .ada)
    #expect(event.names.user == "ada")
    #expect(story.resolver.processCount == count)
    let image = try #require(story.exec(999, "ls", parent: 100))
    #expect(image.ppid == 100)
    #expect(!image.isExecChild)
  }

  @Test func `a kernel thread is marked`() throws {
    let host = FakeHost()
    host.add(2, "kthreadd", parent: 0, kernelThread: true)
    host.add(9, "kworker/0:1", parent: 2, kernelThread: true)
    let story = Story(host)
    #expect(try #require(story.open(9)?.process).isKernelWorker)
  }

  @Test func `parents that run in a circle end somewhere`() throws {
    let host = FakeHost()
    host.add(10, "a", parent: 11)
    host.add(11, "b", parent: 10)
    let story = Story(host)
    let image = try #require(story.open(10)?.process)
    #expect(image.ancestors.count <= 64)
  }

  @Test func `a signal's target has a lineage of its own and is not kept`() throws {
    let story = seeded()
    story.host.add(60, "cron", parent: 1)
    let count = story.resolver.processCount
    let event = try #require(story.signal(100, to: 60))
    #expect(event.process.pid == 100)
    #expect(event.target?.comm == "cron")
    #expect(event.target?.ancestors.map(\.comm) == ["init"])
    #expect(event.target?.names.user == "root")
    #expect(story.resolver.processCount == count)
    let child = story.fork(200, by: 100)
    #expect(story.signal(100, to: 200)?.target === child)
    #expect(story.signal(100, to: 999)?.target?.source == .placeholder)
    #expect(try #require(story.signal(100, to: 0)).target == nil)
  }

  // MARK: Bounds

  @Test func `a chain of thousands of execs keeps its ends`() throws {
    let story = seeded()
    var last: ProcessImage?
    for number in 0..<5_000 { last = story.exec(100, "stage\(number)") }
    let image = try #require(last)
    let ancestors = image.ancestors
    #expect(ancestors.count <= 1_024)
    #expect(ancestors.first?.comm == "stage4998")
    #expect(ancestors.last?.comm == "init")
    #expect(([image] + ancestors).contains { $0.ancestorsElided })
  }

  /// The child's chain and its creator's are one, and shortening the one must not make the other unbounded.
  @Test func `a process that execs without end stays bounded when it has children`() throws {
    let story = seeded()
    var longest = 0
    for number in 0..<4_000 {
      story.fork(200, by: 100)
      _ = story.exit(200)
      let image = try #require(story.exec(100, "stage\(number)"))
      if number % 500 == 499 { longest = max(longest, image.ancestors.count) }
    }
    #expect(longest <= 1_024)
  }

  @Test func `forks within forks without end stay bounded`() throws {
    let story = seeded()
    var last: ProcessImage?
    for pid in 1_000..<4_000 as Range<UInt32> { last = story.fork(pid, by: pid == 1_000 ? 100 : pid - 1) }
    #expect(try #require(last).ancestors.count <= 1_024)
  }
}
