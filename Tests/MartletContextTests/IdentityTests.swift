import MartletContext
import MartletModel
import Testing

struct IdentityTests {
  /// Process 100 with a thread 101, both root.
  private func story() -> Story {
    let host = FakeHost()
    host.add(100, "server", parent: 0)
    let story = Story(host)
    story.resolver.seed(pid: 100)
    story.exec(100, "server")
    _ = story.thread(101, of: 100, as: .root)
    return story
  }

  @Test func `a thread that begins is no event`() {
    let story = story()
    #expect(story.thread(102, of: 100, as: .root) == nil)
  }

  @Test func `a change of identity tells both, and holds from the next event on`() throws {
    let story = story()
    let event = try #require(story.setuid(100, to: .ada))
    #expect(event.credentials == .root)
    #expect(event.names.user == "root")
    #expect(event.activity.credentials == .ada)
    #expect(event.newNames?.user == "ada")
    #expect(event.newNames?.fsgroup == "users")
    let next = try #require(story.open(100, as: .ada))
    #expect(next.credentials == .ada)
    #expect(next.names.user == "ada")
    #expect(next.process.credentials == .ada)
    #expect(next.process.names.user == "ada")
  }

  @Test func `a thread's change of identity is not the process's`() throws {
    let story = story()
    #expect(try #require(story.setuid(100, tid: 101, to: .ada)).credentials == .root)
    let leader = try #require(story.open(100))
    #expect(leader.process.credentials == .root)
    #expect(leader.credentials == .root)
    let thread = try #require(story.open(100, tid: 101, as: .ada))
    #expect(thread.credentials == .ada)
    #expect(thread.names.user == "ada")
    #expect(thread.process.credentials == .root)
    #expect(try #require(story.setuid(100, tid: 101, to: .root)).credentials == .ada)
    #expect(try #require(story.setuid(100, tid: 101, to: .ada)).credentials == .root)
  }

  @Test func `a thread inherits the identity of the thread that made it`() throws {
    let story = story()
    _ = story.setuid(100, tid: 101, to: .ada)
    _ = story.thread(102, of: 100, as: .ada)
    #expect(try #require(story.setuid(100, tid: 102, to: .root)).credentials == .ada)
  }

  @Test func `a thread with the id of one that ended has its own identity`() throws {
    let story = story()
    _ = story.setuid(100, tid: 101, to: .ada)
    _ = story.thread(101, of: 100, as: .root)
    #expect(try #require(story.setuid(100, tid: 101, to: .ada)).credentials == .root)
  }

  @Test func `an exec leaves one thread, with the identity that the record has`() throws {
    let story = story()
    _ = story.setuid(100, tid: 101, to: .ada)
    let image = try #require(story.exec(100, "su", as: .ada))
    #expect(image.credentials == .ada)
    #expect(image.names.user == "ada")
    #expect(image.ancestor?.credentials == .root)
    _ = story.thread(101, of: 100, as: .ada)
    #expect(try #require(story.setuid(100, tid: 101, to: .root)).credentials == .ada)
  }

  @Test func `a fork by a thread has the thread's identity`() throws {
    let story = story()
    _ = story.setuid(100, tid: 101, to: .ada)
    let child = try #require(story.fork(200, by: 100, as: .ada))
    #expect(child.credentials == .ada)
    #expect(child.names.user == "ada")
  }

  @Test func `an id that no file names has no name`() throws {
    let story = story()
    let event = try #require(story.open(100, as: Credentials(user: 7)))
    #expect(event.names.user.isEmpty)
  }

  @Test func `each id has the name of its own kind`() throws {
    let story = story()
    let mixed = Credentials(uid: 1000, gid: 0, euid: 0, egid: 1000, fsuid: 7, fsgid: 1000)
    let names = try #require(story.open(100, as: mixed)).names
    #expect(names.user == "ada" && names.group == "root")
    #expect(names.euser == "root" && names.egroup == "users")
    #expect(names.fsuser == "" && names.fsgroup == "users")
  }

  @Test func `the files of users are read once`() {
    let story = story()
    for uid in 0..<50 as Range<UInt32> { _ = story.open(100, as: Credentials(user: uid)) }
    #expect(story.host.asked.count { $0 == .users(pid: 0) } == 1)
    #expect(story.host.asked.count { $0 == .groups(pid: 0) } == 1)
  }
}
