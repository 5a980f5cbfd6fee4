import Glibc
import MartletModel

/// A note in a file that an agent is alive, so that the next one can tell for how long nobody watched.
///
/// One line: when it was alive, in nanoseconds since the epoch, and `alive` or `stopped`. Only an agent that was killed
/// leaves `alive` behind.
@safe final class LifeSign {
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
  func beat() { write("alive") }

  /// Says that it ends by itself.
  func end() { write("stopped") }

  private func write(_ word: String) {
    // Always of the same length, so that one write replaces the other.
    let number = String(Instant.now.nanoseconds)
    let line =
      String(repeating: "0", count: max(0, 20 - number.utf8.count)) + number
      + (word == "alive" ? " alive  \n" : " stopped\n")
    _ = unsafe Array(line.utf8).withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  private static func gap(_ text: [UInt8]) -> Disturbance? {
    let words = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let time = Int64(words[0]) else { return nil }
    let gap = Instant.now.nanoseconds.subtractingReportingOverflow(time)
    let milliseconds = gap.overflow ? 0 : max(0, gap.partialValue / 1_000_000)
    return Disturbance(
      .unwatched, .past, detail: words[1] == "stopped" ? "the last agent was stopped" : "the last agent was killed",
      amount: UInt64(milliseconds))
  }
}
