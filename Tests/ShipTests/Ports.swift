import Glibc
import Support

/// A port of 127.0.0.1 that nobody listens on.
func freePort() throws -> Int {
  let socket = try check("socket", Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
  defer { close(socket) }
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
  return Int(UInt16(bigEndian: address.sin_port))
}
