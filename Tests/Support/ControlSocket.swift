import Foundation
import Glibc

/// A connection to an agent's control socket, for what a client of ours would not do.
package final class ControlSocket {
  package let descriptor: Int32
  private var input: [UInt8] = []

  package init(_ path: String) throws {
    descriptor = try check("socket", socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      for (index, byte) in path.utf8.prefix(room.count - 1).enumerated() { unsafe room[index] = byte }
    }
    let result = unsafe withUnsafeBytes(of: &address) { bytes in
      unsafe connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    try check("connect", result)
    // Nothing is waited for longer than that.
    var patience = timeval(tv_sec: 300, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Sends what it can of `bytes`, without waiting; returns how much that was.
  @discardableResult
  package func send(_ bytes: [UInt8], waits: Bool = true) -> Int {
    unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | (waits ? 0 : Int32(MSG_DONTWAIT)))
  }

  package func send(_ line: String) { send(Array((line + "\n").utf8)) }

  /// The next line; `nil` once the agent has hung up.
  package func line() throws -> JSON? {
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      if let end = input.firstIndex(of: 0x0a) {
        defer { input.removeSubrange(...end) }
        return try JSON(Array(input[..<end]))
      }
      let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
      input += chunk.prefix(try check("recv", count))
    }
  }

  /// The next line, which there has to be.
  package func next() throws -> JSON {
    guard let line = try line() else { throw Failure("the agent hung up") }
    return line
  }

  /// Sends a request and returns the answer to it.
  package func ask(_ request: String) throws -> JSON {
    send(request)
    return try next()
  }
}
