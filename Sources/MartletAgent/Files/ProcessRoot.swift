import CLinux
import Glibc

/// A descriptor that is closed with its owner.
struct OpenFile: ~Copyable, Sendable {
  let descriptor: Int32

  /// Takes over what open(2) returned; `nil` for an error.
  init?(_ descriptor: Int32) {
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  var status: stat? {
    var found = stat()
    return unsafe fstat(descriptor, &found) == 0 ? found : nil
  }

  /// The same file, opened to be read. Whatever happened to its path meanwhile, it is this one. `nil` where that fails,
  /// and for all but regular files: to open a device can be an act.
  func reading() -> OpenFile? {
    guard let status, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return unsafe OpenFile(open("/proc/self/fd/\(descriptor)", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC))
  }

  /// Fills `buffer` from the front; the bytes that there were, or `nil` after an error.
  func read(into buffer: inout [UInt8]) -> Int? {
    while true {
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      return count < 0 ? nil : count
    }
  }
}

/// The directory that is `/` to a process, and files below it as the process sees them.
struct ProcessRoot: ~Copyable, Sendable {
  private let directory: OpenFile

  /// Of the process `pid`, or of the host for 0; `nil` when it is gone.
  init?(of pid: UInt32) { self.init(at: pid == 0 ? "/" : "/proc/\(pid)/root") }

  init?(at path: String) {
    guard let directory = unsafe OpenFile(open(path, CLINUX_O_PATH | O_DIRECTORY | O_CLOEXEC)) else { return nil }
    self.directory = directory
  }

  var status: stat? { directory.status }

  /// What `path` leads to, not opened for anything yet; `nil` where there is nothing.
  ///
  /// No link leads out of the root: an absolute one starts there, as it does for the process.
  func find(_ path: String) -> OpenFile? {
    unsafe OpenFile(clinux_open_in(directory.descriptor, path, UInt64(CLINUX_O_PATH)))
  }

  /// The whole of a regular file; `nil` when there is none, or it has more than `limit` bytes.
  func contents(_ path: String, limit: Int) -> [UInt8]? {
    guard let file = find(path)?.reading(), let size = file.status?.st_size, size <= limit else { return nil }
    var contents: [UInt8] = []
    contents.reserveCapacity(size)
    var chunk = [UInt8](repeating: 0, count: min(max(size, 512), 1 << 16))
    while let count = file.read(into: &chunk) {
      if count == 0 { return contents }
      contents += chunk.prefix(count)
      if contents.count > limit { return nil }
    }
    return nil
  }

  /// Names of what is in the directory at `path`; none when it is none.
  func names(in path: String) -> [String] {
    let descriptor = unsafe clinux_open_in(directory.descriptor, path, UInt64(O_RDONLY | O_DIRECTORY | O_NONBLOCK))
    guard descriptor >= 0 else { return [] }
    guard let stream = unsafe fdopendir(descriptor) else {
      close(descriptor)
      return []
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
