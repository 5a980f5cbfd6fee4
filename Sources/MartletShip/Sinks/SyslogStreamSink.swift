internal import CCurl
import Glibc

/// Sends events to a syslog server over TCP, with TLS or without, framed by counts of octets (RFC 6587, RFC 5425).
///
/// The protocol has no acknowledgements. A batch counts as delivered once the other side's kernel has acknowledged its last
/// byte and the connection still stands; what a server loses that dies then is lost.
final class SyslogStreamSink: Sink {
  private let client: HTTPClient
  private let message: SyslogMessage
  private let timeout: Duration
  private let abort: StopSignal
  private var connection: Int32?

  /// - Parameter target: with a URL `http://HOST:PORT`, or `https` for TLS.
  init(_ target: HTTPTarget, message: SyslogMessage, abort: StopSignal) {
    client = HTTPClient(target, abort: abort)
    timeout = target.timeout
    self.message = message
    self.abort = abort
  }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    do {
      try send(events)
    } catch {
      close()
      throw error
    }
    done = events.count
  }

  private func send(_ events: ArraySlice<ShippedEvent>) throws(DeliveryFailure) {
    // One that the server closed while there was nothing to say would swallow the next batch.
    if connection != nil, client.isClosed() { close() }
    let connection: Int32
    if let open = self.connection {
      connection = open
    } else {
      connection = try client.connect()
      self.connection = connection
    }
    var bytes: [UInt8] = []
    for event in events {
      let message = message.bytes(of: event)
      bytes += "\(message.count) ".utf8
      bytes += message
    }
    let end = ContinuousClock.now + timeout
    var sent = 0
    while sent < bytes.count {
      sent += try client.send(bytes.rawSpan.extracting(droppingFirst: sent))
      if sent < bytes.count { try wait(for: connection, until: end) }
    }
    while ccurl_unacknowledged(connection) > 0 {
      if ContinuousClock.now >= end { throw DeliveryFailure("the server does not read") }
      if abort.wait(.milliseconds(2)) { throw DeliveryFailure("stopped") }
    }
    if client.isClosed() { throw DeliveryFailure("the server closed the connection") }
  }

  private func wait(for connection: Int32, until end: ContinuousClock.Instant) throws(DeliveryFailure) {
    if ContinuousClock.now >= end { throw DeliveryFailure("the server does not read") }
    if abort.isSet { throw DeliveryFailure("stopped") }
    var waiting = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
    _ = unsafe poll(&waiting, 1, 100)
  }

  func close() {
    client.close()
    connection = nil
  }
}
