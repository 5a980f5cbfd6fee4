import Glibc
import MartletOutbox

/// Who delivers this agent's events: a process whose own acts must not make events.
///
/// It is the one that the kernel names as the holder of the shipper's lock, which only the shipper's user and root can
/// take, and that runs the program which `martlet ship` becomes (docs/decisions/0044-the-shipper-is-left-out.md).
struct ShipperWatch {
  private let lock: String
  private let programs: [String]
  private var known: pid_t?

  init(_ outbox: OutboxConfiguration, programs: [String] = ShipperProgram.places(by: executablePath)) {
    lock = outbox.cursors.parentDirectory + "/lock"
    self.programs = programs
  }

  /// A shipper that was not there when this was last asked, by its pid in the initial namespace.
  mutating func newcomer() -> UInt32? {
    let holder = FileLock.holder(lock)
    defer { known = holder }
    guard let holder, holder != known, runsShipper(holder) else { return nil }
    return UInt32(holder)
  }

  /// Whether a newcomer is still who it was, and not another process that got its number since.
  func isStill(_ pid: UInt32) -> Bool {
    guard let holder = FileLock.holder(lock) else { return false }
    return UInt32(holder) == pid && runsShipper(holder)
  }

  private func runsShipper(_ pid: pid_t) -> Bool {
    guard let running = Self.identity("/proc/\(pid)/exe") else { return false }
    return programs.contains { Self.identity($0) == running }
  }

  private static func identity(_ path: String) -> [UInt64]? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
  }
}
