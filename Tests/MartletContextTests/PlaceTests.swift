import MartletContext
import MartletModel
import Testing

/// Where a process is: its container, and the mounts that its files are on.
struct PlaceTests {
  private static let id = String(repeating: "ab", count: 32)
  private static let cgroup = "/system.slice/docker-\(id).scope"

  private func story() -> Story {
    let host = FakeHost()
    host.add(1, "init", parent: 0)
    host.add(100, "bash", parent: 1)
    host.answers[.users(pid: 200)] = "app:x:1000:1000::/:/bin/sh\n"
    host.answers[.groups(pid: 200)] = "apps:x:1000:\n"
    let story = Story(host)
    story.resolver.seed(pid: 100)
    return story
  }

  @Test func `a container is found by the cgroup, dated by its first exec, and inherited`() throws {
    let story = story()
    story.fork(200, by: 100)
    let first = try #require(story.exec(200, "entry", cgroups: ["/", Self.cgroup]))
    let container = try #require(first.container)
    #expect(container.id == Self.id)
    #expect(container.createdAt == story.now)
    #expect(first.cgroup == Self.cgroup)
    #expect(first.ancestor?.container == nil)
    let child = story.fork(201, by: 200)
    #expect(child?.container === container && child?.cgroup == Self.cgroup)
    #expect(story.exec(201, "ls", cgroups: [Self.cgroup])?.container === container)
    #expect(container.createdAt == first.execTime)
    let host = try #require(story.exec(100, "sh", cgroups: ["/user.slice"]))
    #expect(host.container == nil && host.cgroup == "/user.slice")
  }

  @Test func `a fork into another cgroup enters the container, which its first exec dates`() throws {
    let story = story()
    let container = try #require(story.fork(200, by: 100, cgroups: [Self.cgroup])?.container)
    #expect(container.id == Self.id)
    #expect(container.createdAt == nil)
    story.exec(200, "entry", cgroups: [Self.cgroup])
    #expect(container.createdAt == story.now)
  }

  @Test func `a process from before the probes is in the container that procfs tells`() throws {
    let host = FakeHost()
    host.add(300, "app", parent: 0, cgroup: Self.cgroup, ticks: 500)
    let story = Story(host)
    let image = try #require(story.open(300)?.process)
    #expect(image.container?.id == Self.id)
    #expect(image.container?.createdAt == image.execTime)
  }

  @Test func `what the runtime tells of a container is known with its first process`() throws {
    let story = story()
    let question = HostQuestion.container(id: Self.id)
    story.host.answers[question] = "1700000000000000000\0web\0nginx:1.27"
    story.fork(200, by: 100)
    let container = try #require(story.exec(200, "entry", cgroups: [Self.cgroup])?.container)
    #expect(container.createdAt == Instant(nanoseconds: 1_700_000_000_000_000_000))
    #expect(container.tags == ["container_name:web", "image_name:nginx", "short_image:nginx", "image_tag:1.27"])
    story.exec(200, "next", cgroups: [Self.cgroup])
    #expect(story.host.asked.count { $0 == question } == 1)
  }

  @Test func `a runtime that knows nothing yet is asked again, a few times`() throws {
    let story = story()
    let question = HostQuestion.container(id: Self.id)
    story.fork(200, by: 100)
    let first = try #require(story.exec(200, "entry", cgroups: [Self.cgroup])?.container?.createdAt)
    #expect(first == story.now)
    story.host.answers[question] = "\0web\0"
    let container = try #require(story.exec(200, "next", cgroups: [Self.cgroup])?.container)
    #expect(container.tags == ["container_name:web"] && container.createdAt == first)

    let other = String(repeating: "cd", count: 32)
    for _ in 0..<10 { story.exec(100, "sh", cgroups: ["/docker/\(other)"]) }
    #expect(story.host.asked.count { $0 == .container(id: other) } == 4)
  }

  @Test func `names are those of the container's own files`() throws {
    let story = story()
    story.fork(200, by: 100)
    var file = FileIdentity()
    (file.uid, file.gid) = (1000, 1000)
    let image = try #require(story.exec(200, "entry", as: .ada, cgroups: [Self.cgroup], file: file))
    #expect(image.names.user == "app")
    #expect(image.names.group == "apps")
    #expect(image.executable.user == "app")
    #expect(image.executable.group == "apps")
    #expect(try #require(story.open(100, as: .ada)).names.user == "ada")
    // The files were read through the root of the first process; the others need not have them.
    story.fork(201, by: 200, as: .ada)
    #expect(story.exec(201, "ls", as: .ada, cgroups: [Self.cgroup])?.names.user == "app")
  }

  @Test func `a mount that was there before is known from procfs, any other is unknown`() throws {
    let story = story()
    func origin(_ mount: UInt32, of pid: UInt32 = 100) throws -> MountOrigin? {
      guard case .open(let open) = try #require(story.open(pid, mount: mount)).activity.detail else { return nil }
      return open.file.mountOrigin
    }
    #expect(try origin(29) == .procfs)
    #expect(try origin(77) == .unknown)
    #expect(try origin(29) == .procfs)
    #expect(try origin(0) == .unknown)
  }

  @Test func `a mount that the host does not list is asked for once`() throws {
    let story = story()
    for _ in 0..<10 { _ = story.open(100, mount: 77) }
    let questions = story.host.asked.count { $0 == .mounts(pid: 100) }
    for _ in 0..<10 { _ = story.open(100, mount: 77) }
    #expect(story.host.asked.count { $0 == .mounts(pid: 100) } == questions)
  }

  @Test func `a process that ended before it was asked leaves the question to the next`() throws {
    let story = story()
    story.fork(200, by: 100)
    story.fork(201, by: 100)
    story.host.answers[.mounts(pid: 201)] = "88 1 8:1 / /mnt rw - ext4 /dev/sdb1 rw\n"
    for (pid, origin) in [(200, MountOrigin.unknown), (201, .procfs), (200, .procfs)] as [(UInt32, MountOrigin)] {
      guard case .open(let open) = try #require(story.open(pid, mount: 88)).activity.detail else { continue }
      #expect(open.file.mountOrigin == origin)
    }
  }

  @Test func `a mount that was seen to begin is known from that, until it goes`() throws {
    let story = story()
    func origin(_ mount: UInt32, of pid: UInt32 = 100) throws -> MountOrigin? {
      guard case .open(let open) = try #require(story.open(pid, mount: mount)).activity.detail else { return nil }
      return open.file.mountOrigin
    }
    #expect(try origin(29) == .procfs)
    #expect(story.mount(77, and: 78, by: 100)?.type == .mount)
    #expect(try origin(77) == .event)
    #expect(try origin(78) == .event)
    #expect(try origin(29) == .procfs)
    #expect(story.umount(77, by: 100)?.type == .umount)
    #expect(try origin(77) == .unknown)
    #expect(try origin(78) == .event)
    // The id was given to another.
    #expect(story.unshare(77, 79, by: 100) == nil)
    #expect(try origin(77) == .unshare)
    story.mount(77, by: 100)
    #expect(try origin(77) == .event)
  }

  @Test func `a mount keeps its origin when others are asked for`() throws {
    let story = story()
    story.mount(29, by: 100)
    story.fork(200, by: 100)
    _ = story.open(200, mount: 77)
    guard case .open(let open) = try #require(story.open(200, mount: 29)).activity.detail else { return }
    #expect(open.file.mountOrigin == .event)
  }

  @Test func `opens that are one object share the context of their file, as long as that is the same`() throws {
    let story = story()
    story.fork(200, by: 100)
    story.exec(200, "entry", cgroups: [Self.cgroup])
    func open(_ open: Activity.Open, by pid: UInt32) throws -> Activity.Open {
      let event = try #require(story.happens(.open, pid, .open(open)))
      guard case .open(let open) = event.activity.detail else { throw CancellationError() }
      return open
    }
    var file = FileIdentity()
    (file.uid, file.gid, file.mountID) = (1000, 1000, 29)
    let first = try open(.init(file: file, flags: 1, mode: 2), by: 100)
    #expect(first.file.user == "ada" && first.file.mountOrigin == .procfs)
    #expect(try open(first, by: 100) === first)
    #expect(try open(first, by: 1) === first)
    // In a container the owners have other names.
    let inside = try open(first, by: 200)
    #expect(inside.file.user == "app" && inside.flags == 1 && inside.mode == 2)
    #expect(try open(inside, by: 200) === inside)
    #expect(try open(inside, by: 100).file.user == "ada")
    // Another mount has got the number, and then nobody knows.
    story.umount(29, by: 100)
    story.mount(29, by: 100)
    #expect(try open(first, by: 100).file.mountOrigin == .event)
    story.umount(29, by: 100)
    let unknown = try open(first, by: 201)
    #expect(unknown.file.mountOrigin == .unknown)
    // Each process is asked that may know.
    story.host.add(202, "sh", parent: 1)
    #expect(try open(unknown, by: 202).file.mountOrigin == .procfs)
    // What was told of an open once stays as it was.
    #expect(first.file.user == "ada" && first.file.mountOrigin == .procfs && inside.file.user == "app")
  }
}
