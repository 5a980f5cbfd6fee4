import Glibc

/// A file that cannot be written, or written any further.
package struct OutputError: Error, Hashable, CustomStringConvertible {
  package let path: String
  package let errno: Int32

  package init(path: String, errno: Int32) {
    self.path = path
    self.errno = errno
  }

  package var description: String {
    if errno == EWOULDBLOCK { return "'\(path)' is written by another process" }
    return unsafe "cannot write '\(path)': \(String(cString: strerror(errno)))"
  }
}
