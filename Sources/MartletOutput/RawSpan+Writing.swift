import Glibc

extension RawSpan {
  /// Writes all of it, and waits where a descriptor that does not block takes no more; the `errno` of the write that
  /// failed otherwise.
  package func write(to descriptor: Int32) -> Int32? {
    var rest = self
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&waiting, 1, -1)
        continue
      }
      guard count > 0 else { return errno }
      rest = rest.extracting(droppingFirst: count)
    }
    return nil
  }
}
