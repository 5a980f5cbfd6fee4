import Glibc

/// A file or standard input, read in pieces.
struct Input: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Opens `path`; `-` is standard input.
  init(path: String) throws(InputError) {
    self.path = path
    descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw InputError(path: path, code: errno) }
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// Size in bytes; nil if the input is no regular file.
  var size: Int? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Fills the front of `buffer` and tells how much of it; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while true {
      let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw InputError(path: path, code: errno) }
    }
  }
}

/// An input that cannot be opened or read.
struct InputError: Error, CustomStringConvertible {
  let path: String
  /// An `errno` value.
  let code: Int32

  var description: String { "cannot read '\(path)': \(unsafe String(cString: strerror(code)))" }
}
