import Glibc

/// Writes lines to standard output.
final class StdoutSink: Sink {
  private let format: BatchFormat

  init(format: BatchFormat) { self.format = format }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    let bytes = format.bytes(of: events)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      guard count > 0 else {
        // What of a batch was written cannot be taken back: it comes again, whole.
        throw DeliveryFailure("cannot write to standard output: \(errorText(errno))")
      }
      rest = rest.dropFirst(count)
    }
    done = events.count
  }

  func close() {}
}

/// The words of the C library for an `errno`.
func errorText(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
