import Glibc
import MartletModel

/// Keeps the agent's resource limits as they were at the start: with others it can be starved, or ended by a signal.
struct LimitWatch {
  /// By their numbers, as `/proc/PID/limits` orders them in the kernel.
  private static let names = [
    "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending",
    "msgqueue", "nice", "rtprio", "rttime",
  ]

  private let wanted = Self.names.indices.map(Self.limit)

  /// Limits that changed; they are put back.
  mutating func look() -> [Disturbance] {
    Self.names.indices.compactMap { number in
      let (found, wanted) = (Self.limit(number), wanted[number])
      guard let found, var wanted, found.rlim_cur != wanted.rlim_cur || found.rlim_max != wanted.rlim_max else {
        return nil
      }
      let isMended = unsafe setrlimit(__rlimit_resource_t(number), &wanted) == 0
      if !isMended {
        // Not all that run as root may raise a hard limit: then at least what is left is used.
        wanted = rlimit(rlim_cur: min(wanted.rlim_cur, found.rlim_max), rlim_max: found.rlim_max)
        _ = unsafe setrlimit(__rlimit_resource_t(number), &wanted)
      }
      return Disturbance(
        .limitChanged, isMended ? .mended : .lasting, subject: Self.names[number], detail: "\(found.rlim_cur)")
    }
  }

  private static func limit(_ number: Int) -> rlimit? {
    var limit = rlimit()
    return unsafe getrlimit(__rlimit_resource_t(number), &limit) == 0 ? limit : nil
  }
}
