import Glibc

/// The reading end of a pipe that programs write to by its path.
///
/// Not an anonymous pipe: what other tests start meanwhile would inherit its writing end.
package final class NamedPipe {
  package let path: String
  private let workplace: Workplace
  private var descriptor: Int32

  package init() throws {
    workplace = try Workplace()
    path = workplace["pipe"]
    try check("mkfifo", unsafe mkfifo(path, 0o600))
    // Without waiting for a writer, which would wait for us.
    descriptor = try check("open", unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    try check("fcntl", fcntl(descriptor, F_SETFL, 0))
  }

  deinit { close() }

  /// Reads no more; who still writes is told.
  package func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  /// Hands over each line as it comes, at most `limit` bytes of it, until nobody writes any more.
  package func lines(limit: Int, _ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var head: [UInt8] = []
    while true {
      let count = unsafe read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return }
      var start = 0
      while let end = chunk[start..<count].index(of: UInt8(ascii: "\n")) {
        head += chunk[start..<min(end, start + max(0, limit - head.count))]
        try body(head[...])
        head.removeAll(keepingCapacity: true)
        start = end + 1
      }
      head += chunk[start..<min(count, start + max(0, limit - head.count))]
    }
  }
}
