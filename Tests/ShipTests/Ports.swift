import Glibc
import Support

/// A port of 127.0.0.1 that nobody listens on, and that nobody else is given: it stays bound until the tests end. A server
/// that lets addresses be used again may listen there all the same.
func freePort() throws -> Int {
  let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
  let socket = try check("socket", Glibc.socket(AF_INET, type, 0))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  try unsafe withUnsafeMutablePointer(to: &address) { address in
    try unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      try check("bind", unsafe bind(socket, address, size))
      try check("getsockname", unsafe getsockname(socket, address, &size))
    }
  }
  var one: Int32 = 1
  let length = socklen_t(MemoryLayout<Int32>.size)
  try check("setsockopt", unsafe setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, length))
  return Int(UInt16(bigEndian: address.sin_port))
}
