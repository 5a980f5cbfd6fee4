internal import CMicrohttpd
import Glibc
package import MartletOutbox
import MartletSchema
import Synchronization

/// Serves `/metrics` for Prometheus and `/status` as JSON.
@safe package final class StatusServer {
  /// What is told; exchanged when the configuration is.
  package final class Source: Sendable {
    private let status: Mutex<@Sendable () -> ShipStatus>

    package init(_ status: @escaping @Sendable () -> ShipStatus) { self.status = Mutex(status) }

    package func change(_ new: @escaping @Sendable () -> ShipStatus) { status.withLock { $0 = new } }

    fileprivate func answer(_ path: String) -> (status: UInt32, text: String, type: StaticString) {
      let current = status.withLock { $0 }
      switch path {
      case "/metrics": return (200, SinkMetric.page(current()), "text/plain; version=0.0.4")
      case "/status":
        var writer = JSONWriter()
        writer.value(current().json)
        return (200, writer.text + "\n", "application/json")
      default: return (404, "there are /metrics and /status\n", "text/plain")
      }
    }
  }

  private let server: OpaquePointer
  private let source: Source

  private init(_ server: OpaquePointer, _ source: Source) {
    unsafe self.server = server
    self.source = source
  }

  deinit { unsafe cmicrohttpd_stop(server) }

  package static func start(address: String, port: UInt16, source: Source) throws(OutboxError) -> StatusServer {
    // The server lives no longer than this, which holds the source.
    let context = unsafe Unmanaged.passUnretained(source).toOpaque()
    let server = unsafe cmicrohttpd_start(
      address, port,
      { context, path, text, size, type in
        guard let context = unsafe context, let path = unsafe path else { return 500 }
        let source = unsafe Unmanaged<Source>.fromOpaque(context).takeUnretainedValue()
        let answer = source.answer(unsafe String(cString: path))
        unsafe text?.pointee = strdup(answer.text)
        unsafe size?.pointee = answer.text.utf8.count
        unsafe type?.pointee = UnsafeRawPointer(answer.type.utf8Start).assumingMemoryBound(to: CChar.self)
        return answer.status
      }, context)
    guard let server = unsafe server else { throw OutboxError("serve", "\(address):\(port)", errno) }
    return unsafe StatusServer(server, source)
  }

  package var port: UInt16 { unsafe cmicrohttpd_port(server) }
}
