import CLinux
import Glibc
import LinuxHost
import MartletContext
import MartletModel

/// The host that the agent runs on: answers from `/proc` and `/etc`.
final class LiveHost: Host {
  private let scrubber: Scrubber
  private let environment: EnvironmentFilter
  private let files = LiveFiles()

  init(scrubber: Scrubber = Scrubber(), environment: EnvironmentFilter = EnvironmentFilter()) {
    self.scrubber = scrubber
    self.environment = environment
  }

  func answer(_ question: HostQuestion) -> [UInt8]? {
    switch question {
    case .stat(let pid): contents(of: "/proc/\(pid)/stat")
    case .status(let pid): contents(of: "/proc/\(pid)/status")
    case .commandLine(let pid): contents(of: "/proc/\(pid)/cmdline").map { rewritten($0, scrubber.scrub) }
    case .environment(let pid): contents(of: "/proc/\(pid)/environ").map { rewritten($0, environment.filter) }
    case .cgroup(let pid): contents(of: "/proc/\(pid)/cgroup")
    case .executable(let pid): executable(of: pid)
    case .mounts(let pid): contents(of: "/proc/\(pid)/mountinfo")
    case .users(let pid): contents(of: root(of: pid) + "/etc/passwd")
    case .groups(let pid): contents(of: root(of: pid) + "/etc/group")
    case .container(let id): ContainerFiles().facts(of: id)?.answer
    case .hashes(let question): files.hash(question).answer
    case .package(let question): files.package(question)?.answer
    }
  }

  private func root(of pid: UInt32) -> String { pid == 0 ? "" : "/proc/\(pid)/root" }

  /// A vector of NUL-terminated strings with each string as `change` makes it.
  private func rewritten(_ text: [UInt8], _ change: ([String]) -> [String]) -> [UInt8] {
    Array(change([String](nulSeparated: text.span)).joined(separator: "\0").utf8)
  }

  private func executable(of pid: UInt32) -> [UInt8]? {
    let link = "/proc/\(pid)/exe"
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    var found = stat()
    let length = unsafe readlink(link, &target, Int(PATH_MAX))
    guard length > 0, unsafe fstatat(AT_FDCWD, link, &found, 0) == 0 else { return nil }
    let deleted = " (deleted)"
    var path = String(decoding: target.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    if path.hasSuffix(deleted) { path.removeLast(deleted.count) }
    return ExecutableAnswer(
      mountID: UInt32(truncatingIfNeeded: unsafe clinux_mount_id(link)),
      inode: UInt64(found.st_ino), mode: UInt16(truncatingIfNeeded: found.st_mode), uid: found.st_uid,
      gid: found.st_gid,
      mtime: (Int64(found.st_mtim.tv_sec), Int64(found.st_mtim.tv_nsec)),
      ctime: (Int64(found.st_ctim.tv_sec), Int64(found.st_ctim.tv_nsec)), path: path
    ).text
  }
}

/// What is in a file, cut at `mostBytes`; nil if it cannot be read.
func contents(of path: String, mostBytes: Int = 8 << 20) -> [UInt8]? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var text: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while text.count < mostBytes {
    let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { return nil }
    if count == 0 { break }
    text += chunk.prefix(count)
  }
  return text
}

extension HostClock {
  /// The clocks as they stand now.
  static func now() -> HostClock {
    // Both readings of a pair happen within some hundred nanoseconds; the closest of a few pairs is taken.
    func offset(of clock: clockid_t) -> Int64 {
      var best: (span: Int64, offset: Int64) = (.max, 0)
      for _ in 0..<8 {
        let before = reading(clock)
        let wall = reading(CLOCK_REALTIME)
        let after = reading(clock)
        if after - before < best.span { best = (after - before, wall - (before + (after - before) / 2)) }
      }
      return best.offset
    }
    return HostClock(
      monotonic: ClockBase(offset: offset(of: CLOCK_MONOTONIC)), boot: offset(of: CLOCK_BOOTTIME),
      ticksPerSecond: Int64(sysconf(Int32(_SC_CLK_TCK))))
  }

  /// Nanoseconds of the clock that never jumps.
  static var monotonicNow: Int64 { reading(CLOCK_MONOTONIC) }

  /// Nanoseconds that this thread has worked: what others take of its processor does not count.
  static var workedNow: Int64 { reading(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds of a clock of the kernel's.
  static func reading(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
