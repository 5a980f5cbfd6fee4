import MartletContext
import MartletModel
import Testing

@testable import MartletOutput

/// What is kept of events, to be written again, through all that changes in between.
struct KeptTextTests {
  private final class SilentHost: Host {
    func answer(_ question: HostQuestion) -> [UInt8]? {
      question == .users(pid: 0) ? Array("root:x:0:0::/:/bin/sh\nada:x:7:7::/:/bin/sh\n".utf8) : nil
    }
  }

  private static let cgroup = "/docker-\(String(repeating: "ab", count: 32)).scope"

  /// A process, its child and its thread open one file, again and again, while they become others.
  private var steps: [(type: EventType, pid: UInt32, tid: UInt32, uid: UInt32, detail: Activity.Detail)] {
    func fork(_ isThread: Bool = false) -> Activity.Detail {
      .fork(.init(parentPID: 7, parentTID: 7, isThread: isThread, comm: "a", tty: "", cgroups: []))
    }
    func exec(_ comm: String, in cgroup: String = "/") -> Activity.Detail {
      .exec(
        .init(
          parentPID: 1, comm: comm, tty: "pts0", cgroups: [cgroup], executable: FileIdentity(), interpreter: nil,
          argument: "", argv: [comm], argvTruncated: false, envp: [], envpTruncated: false))
    }
    let session = Activity.SessionPiece(id: 5, kind: .k8s, cursor: 1, data: Array("{}".utf8))
    return [
      (.exec, 7, 7, 0, exec("a")), (.fork, 8, 8, 0, fork()), (.fork, 7, 9, 0, fork(true)),
      // Its thread alone becomes ada, then it.
      (.setuid, 7, 9, 7, .credentials), (.setuid, 7, 7, 7, .credentials), (.exec, 7, 7, 7, exec("b")),
      (.exec, 8, 8, 0, exec("c", in: Self.cgroup)), (.session, 7, 7, 7, .session(session)),
      (.exit, 7, 7, 7, .exit(.init(status: 0, dumped: false))),
      // Another process with the number.
      (.exec, 7, 7, 0, exec("d")),
    ]
  }

  @Test func `a process that becomes another one is told as it is now`() {
    let resolver = ContextResolver(
      host: SilentHost(), clock: HostClock(monotonic: ClockBase(offset: 0), boot: 0, ticksPerSecond: 100))
    var warm = EventEncoder()
    var file = FileIdentity()
    (file.path, file.inode) = ("/etc/passwd", 4)
    let open = Activity.Open(file: file, flags: 0, mode: 0)
    var time: Int64 = 0
    var texts: [String] = []
    func happens(_ type: EventType, _ pid: UInt32, _ tid: UInt32, _ uid: UInt32, _ detail: Activity.Detail) {
      time += 1
      var activity = Activity(
        type: type, time: Instant(nanoseconds: time), pid: pid, tid: tid, result: 0, isAsync: false,
        credentials: Credentials(uid: uid), detail: detail)
      if let event = resolver.resolve(&activity) {
        var cold = EventEncoder()
        var text = SplicedText()
        var fresh = SplicedText()
        warm.write(event, match: .traced, to: &text)
        cold.write(event, match: .traced, to: &fresh)
        #expect(text.text == fresh.text)
        texts.append(text.text)
      }
      resolver.settle(activity)
    }
    var uids: [UInt32: UInt32] = [7: 0, 8: 0, 9: 0]
    for step in steps {
      happens(step.type, step.pid, step.tid, step.uid, step.detail)
      uids[step.tid] = step.uid
      for _ in 0..<2 {
        for (pid, tid) in [(7, 7), (7, 9), (8, 8)] as [(UInt32, UInt32)] {
          happens(.open, pid, tid, uids[tid] ?? 0, .open(open))
        }
      }
    }
    // It has been all of these.
    for part in [#""comm":"d""#, #""user":"ada""#, #""id":"abab"#, #""k8s"#, #""tid":9"#] {
      #expect(texts.contains { $0.contains(part) }, "\(part)")
    }
  }
}
