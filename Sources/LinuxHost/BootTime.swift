/// When the kernel booted, as `/proc/stat` tells it: to the second.
///
/// The difference of two clocks tells it to the nanosecond; this is for where they cannot be read.
package struct BootTime: Hashable, Sendable {
  /// In seconds of Unix time. It moves when the wall clock is set.
  package let unixSeconds: UInt64

  /// Reads the `btime` line of the text of `/proc/stat`; nil when there is none.
  package init?(procStat text: Span<UInt8>) {
    var lines = TextScanner(text)
    while let line = lines.line() {
      var words = TextScanner(line)
      guard let key = words.word(), key.equals("btime") else { continue }
      guard let seconds = words.integer(UInt64.self) else { return nil }
      unixSeconds = seconds
      return
    }
    return nil
  }
}
