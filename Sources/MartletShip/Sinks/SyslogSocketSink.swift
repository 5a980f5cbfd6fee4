import Glibc

/// Sends events to a syslog server on this host, over its Unix socket: a datagram each, or over a stream, with counts of
/// octets, where the server listens for that.
final class SyslogSocketSink: Sink {
  private let path: String
  private let message: SyslogMessage
  private var connection: (descriptor: Int32, isStream: Bool)?

  init(path: String, message: SyslogMessage) {
    self.path = path
    self.message = message
  }

  deinit { close() }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    for event in events {
      let (descriptor, isStream) = try connected()
      let message = message.bytes(of: event)
      let bytes = isStream ? Array("\(message.count) ".utf8) + message : message
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes {
          unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          let error = errno
          close()
          // The server's kernel has a longest datagram.
          throw DeliveryFailure(
            "cannot send to '\(path)': \(errorText(error))", error == EMSGSIZE ? .divide : .retry(after: nil))
        }
        rest = rest.dropFirst(count)
      }
      done += 1
    }
  }

  private func connected() throws(DeliveryFailure) -> (descriptor: Int32, isStream: Bool) {
    if let connection { return connection }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room else { throw DeliveryFailure("'\(path)' is too long for a socket") }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    var failure: Int32 = 0
    for kind in [SOCK_DGRAM, SOCK_STREAM] {
      let descriptor = socket(AF_UNIX, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { continue }
      // A server that hangs must not hold this thread for ever.
      var limit = timeval(tv_sec: 10, tv_usec: 0)
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      let result = unsafe withUnsafePointer(to: &address) { address in
        unsafe connect(
          descriptor, UnsafeRawPointer(address).assumingMemoryBound(to: sockaddr.self),
          socklen_t(MemoryLayout<sockaddr_un>.size))
      }
      if result == 0 {
        connection = (descriptor, kind == SOCK_STREAM)
        return (descriptor, kind == SOCK_STREAM)
      }
      failure = errno
      Glibc.close(descriptor)
      guard failure == EPROTOTYPE else { break }
    }
    throw DeliveryFailure("cannot connect to '\(path)': \(errorText(failure))")
  }

  func close() {
    if let connection { Glibc.close(connection.descriptor) }
    connection = nil
  }
}
