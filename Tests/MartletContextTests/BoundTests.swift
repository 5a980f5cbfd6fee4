import Foundation
import MartletContext
import MartletModel
import Testing

/// Whoever makes processes, threads, owners and mounts without end takes a bounded memory, and is told of.
///
/// Each in a process of its own: what it holds is measured, and other tests run beside.
struct BoundTests {
  @Test func `processes that do not end take the room of some ten thousand`() async {
    await #expect(processExitsWith: .success) {
      let crowd = Crowd()
      let before = Crowd.resident
      for pid in 2...Crowd.many + 1 { crowd.forks(pid, by: 1) }
      #expect(crowd.resolver.processCount <= 32_768)
      #expect(crowd.evicted("processes") + UInt64(crowd.resolver.processCount) >= UInt64(Crowd.many))
      #expect(Crowd.resident - before < 200, "MiB")
      // Who was forgotten is taken in again when it acts.
      crowd.forks(Crowd.many + 2, by: 2)
      #expect(crowd.resolver.processCount <= 32_768)
    }
  }

  @Test func `processes that fork one from the other take the room of one`() async {
    await #expect(processExitsWith: .success) {
      let crowd = Crowd()
      let before = Crowd.resident
      for pid in 2...Crowd.many + 1 {
        crowd.forks(pid, by: pid - 1)
        crowd.happens(.exit, pid: pid - 1, .exit(.init(status: 0, dumped: false)))
      }
      #expect(crowd.resolver.processCount <= 2)
      #expect(crowd.evicted("processes") == 0)
      #expect(Crowd.resident - before < 100, "MiB")
    }
  }

  @Test func `threads with identities of their own are forgotten by the thousand`() async {
    await #expect(processExitsWith: .success) {
      let crowd = Crowd()
      let before = Crowd.resident
      crowd.forks(2, by: 1)
      for tid in 3...Crowd.many {
        crowd.happens(
          .fork, pid: 2, tid: tid, as: Credentials(user: tid),
          .fork(.init(parentPID: 2, parentTID: 2, isThread: true, comm: "", tty: "", cgroups: [])))
      }
      #expect(crowd.evicted("threads") > UInt64(Crowd.many) - 2048)
      #expect(Crowd.resident - before < 100, "MiB")
    }
  }

  @Test func `files of as many owners on as many mounts are forgotten by the thousand`() async {
    await #expect(processExitsWith: .success) {
      let crowd = Crowd()
      let before = Crowd.resident
      crowd.forks(2, by: 1)
      for number in 1...Crowd.many {
        var file = FileIdentity()
        file.path = "/mnt/\(number)"
        (file.mountID, file.inode, file.uid) = (number, UInt64(number), number)
        crowd.happens(.chdir, pid: 2, .chdir(.init(file: file, argument: file.path)))
        crowd.happens(.unshare, pid: 2, .unshare(.init(id: number, all: [number])))
      }
      #expect(crowd.evicted("mounts") > UInt64(Crowd.many) - 32_768)
      #expect(Crowd.resident - before < 100, "MiB")
    }
  }
}

/// Much that happens to one resolver.
private struct Crowd {
  /// A host on which every process that is asked for has ended.
  private final class EmptyHost: MartletContext.Host {
    func answer(_ question: HostQuestion) -> [UInt8]? { nil }
  }

  let resolver = ContextResolver(
    host: EmptyHost(), clock: HostClock(monotonic: ClockBase(offset: 0), boot: 0, ticksPerSecond: 100))
  static let many: UInt32 = 200_000

  func happens(
    _ type: EventType, pid: UInt32, tid: UInt32? = nil, as credentials: Credentials = .root, _ detail: Activity.Detail
  ) {
    var activity = Activity(
      type: type, time: Instant(nanoseconds: 0), pid: pid, tid: tid ?? pid, result: 0, isAsync: false,
      credentials: credentials, span: nil, detail: detail)
    _ = resolver.resolve(&activity)
    resolver.settle(activity)
  }

  func forks(_ pid: UInt32, by parent: UInt32) {
    happens(
      .fork, pid: pid,
      .fork(.init(parentPID: parent, parentTID: parent, isThread: false, comm: "sh", tty: "", cgroups: [])))
  }

  func evicted(_ name: String) -> UInt64 { resolver.evictions.first { $0.name == name }?.count ?? 0 }

  /// MiB that this process holds.
  static var resident: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096 >> 20
  }
}
