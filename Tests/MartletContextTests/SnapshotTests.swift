import MartletContext
import MartletModel
import Testing

/// What runs when the probes begin to watch, and what records tell of it then.
struct SnapshotTests {
  private let story = Story()
  private var resolver: ContextResolver { story.resolver }

  init() {
    story.host.add(1, "init", parent: 0, ticks: 1)
    story.host.add(10, "shell", parent: 1, ticks: 50)
    story.host.add(20, "job", parent: 10, ticks: 60)
  }

  /// What a process looks like that started a second later than all others.
  private let attached = Instant(nanoseconds: Story.boot + 2_000_000_000)
  private let after = Instant(nanoseconds: .max)

  private func begin(_ pids: UInt32...) { resolver.beginSnapshot(pids, viewers: []) }

  private func complete(_ pids: UInt32...) {
    resolver.completeSnapshot(pids, viewers: [], attached: attached) { after }
  }

  @Test func `who runs before and after the attachment is known, with the ancestors that run too`() throws {
    begin(20, 10, 1)
    complete(20, 10, 1)
    let image = try #require(story.open(20)?.process)
    #expect(image.source == .procfsSnapshot)
    #expect(image.ancestors.map(\.comm) == ["shell", "init"])
    let parent = story.open(10)?.process
    #expect(image.ancestor === parent)
  }

  @Test func `an exec of one that ran has the image before as its ancestor`() {
    begin(1, 10, 20)
    complete(1, 10, 20)
    let image = story.exec(20, "new")
    #expect(image?.ancestors.map(\.comm) == ["job", "shell", "init"])
  }

  @Test func `one that called exec between the readings is read anew`() {
    begin(1, 10, 20)
    story.host.add(20, "changed", parent: 10, ticks: 60, stack: 7)
    complete(1, 10, 20)
    #expect(story.open(20)?.process.comm == "changed")
  }

  @Test func `an exec that the second reading saw already is not its own ancestor`() {
    begin(1, 10, 20)
    story.host.add(20, "new", parent: 10, ticks: 60, stack: 7)
    complete(1, 10, 20)
    let image = story.exec(20, "new")
    #expect(image?.ancestors.map(\.comm) == ["shell", "init"])
    #expect(image?.source == .event)
  }

  @Test func `one that was born before the attachment is taken in by the second reading`() {
    begin(1, 10)
    complete(1, 10, 20)
    #expect(story.open(20)?.process.source == .procfsSnapshot)
  }

  @Test func `one that was born after it is told by a record alone`() throws {
    begin(1, 10, 20)
    story.host.add(30, "child", parent: 20, ticks: 1000)
    complete(1, 10, 20, 30)
    #expect(resolver.processCount == 3)
    let image = try #require(story.fork(30, by: 20))
    #expect(image.source == .event)
    #expect(image.ancestors.map(\.comm) == ["job", "shell", "init"])
  }

  @Test func `a pid that was given anew is the new process`() {
    begin(1, 10, 20)
    story.host.add(20, "other", parent: 1, ticks: 150)
    complete(1, 10, 20)
    #expect(story.open(20)?.process.comm == "other")
  }

  @Test func `the end of one that the second reading missed has its context`() {
    begin(1, 10, 20)
    complete(1, 10)
    story.host.answers[.stat(pid: 20)] = nil
    #expect(story.exit(20)?.process.comm == "job")
    resolver.settleSnapshot()
    #expect(resolver.processCount == 2)
  }

  @Test func `one of whose end no record tells is forgotten once the snapshot is settled`() {
    begin(1, 10, 20)
    complete(1, 10)
    #expect(resolver.processCount == 3)
    resolver.settleSnapshot()
    #expect(resolver.processCount == 2)
  }

  @Test func `kernel threads and processes that have ended are left out`() {
    story.host.add(2, "kthreadd", parent: 0, kernelThread: true)
    story.host.add(30, "zombie", parent: 1, state: "Z")
    begin(1, 2, 30)
    complete(1, 2, 30)
    #expect(resolver.processCount == 1)
  }

  @Test func `each that runs is told once as an exec, unless a record tells the same`() {
    begin(1, 10)
    story.host.add(10, "changed", parent: 1, ticks: 50, stack: 7)
    complete(1, 10, 20)
    func told(isSettled: Bool) -> [String] {
      resolver.snapshotEvents(isSettled: isSettled, at: attached).map(\.process.comm)
    }
    #expect(told(isSettled: false) == ["init"])
    story.exec(10, "changed")
    resolver.settleSnapshot()
    #expect(told(isSettled: true) == ["job"])
  }

  @Test func `one that is found gone twice is forgotten`() {
    begin(1, 10, 20)
    complete(1, 10, 20)
    resolver.sweep { $0 != 20 }
    #expect(resolver.processCount == 3)
    resolver.sweep { $0 != 20 }
    #expect(resolver.processCount == 2)
  }
}
