import Glibc
import MartletModel

/// A note in a file that an agent is alive, so that the next one can tell for how long nobody watched.
///
/// One line: when it was alive, in nanoseconds since the epoch, and `alive` or `stopped`. Only an agent that was killed
/// leaves `alive` behind.
final class LifeSign {
  private enum State: String {
    case alive, stopped
  }

  private let descriptor: Int32
  /// How long nobody watched before this one; nil if it is the first.
  let gap: Disturbance?

  /// Takes over the file at `path`, which is made if need be; nil if it cannot be written.
  init?(path: String) {
    gap = contents(of: path).flatMap(Self.gap)
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return nil }
    beat()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Says that the agent is alive. To be called once a second.
  func beat() { write(.alive) }

  /// Says that it ends by itself.
  func end() { write(.stopped) }

  private func write(_ state: State) {
    // Each line is as long as the others, so that one write replaces what was there.
    let text = "\(Instant.now.nanoseconds) \(state.rawValue)"
    let line = Array(text.utf8) + [UInt8](repeating: 0x20, count: max(0, 31 - text.utf8.count)) + [0x0a]
    _ = unsafe line.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  private static func gap(_ text: [UInt8]) -> Disturbance? {
    let words = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let time = Int64(words[0]), let state = State(rawValue: String(words[1])) else {
      return nil
    }
    let now = Instant.now
    let (gap, isAbsurd) = now.nanoseconds.subtractingReportingOverflow(time)
    return Disturbance(
      time: now, .unwatched, .past,
      detail: state == .alive ? "the last agent was killed" : "the last agent was stopped",
      amount: isAbsurd || gap < 0 ? 0 : UInt64(gap / 1_000_000))
  }
}
