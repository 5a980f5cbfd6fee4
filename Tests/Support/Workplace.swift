import Foundation
package import Glibc

/// A directory of a test's own that goes away with it. Its path has no symbolic links.
package final class Workplace: Sendable {
  package let path: String

  /// - Parameter isOnDisk: false where the test is not about files, and a disk that is busy with others would hold it up.
  package init(isOnDisk: Bool = true) throws {
    let parent = isOnDisk ? NSTemporaryDirectory() : Self.memory ?? NSTemporaryDirectory()
    var template = Array(URL(filePath: parent).resolvingSymlinksInPath().path().utf8CString)
    while template.count > 2, template[template.count - 2] == CChar(UInt8(ascii: "/")) {
      template.remove(at: template.count - 2)
    }
    template.replaceSubrange((template.count - 1)..., with: "/martlet-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw Failure("cannot make a temporary directory: errno \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    unsafe chmod(path, 0o755)  // actors that gave up their privilege come here, too
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Where files are in memory, and have room; containers may have little.
  private static let memory: String? = {
    var system = statvfs()
    let isThere = unsafe statvfs("/dev/shm", &system) == 0 && access("/dev/shm", W_OK) == 0
    return isThere && system.f_bavail * system.f_frsize >= 1 << 30 ? "/dev/shm" : nil
  }()

  /// The path of something in it.
  package subscript(name: String) -> String { path + "/" + name }

  /// Makes a file and returns its path.
  @discardableResult
  package func file(_ name: String, _ content: String = "", mode: mode_t = 0o644) throws -> String {
    try write(Data(content.utf8), to: name, mode: mode)
  }

  /// Copies a file and returns the copy's path.
  package func copy(_ source: String, as name: String, mode: mode_t = 0o755) throws -> String {
    try write(try Data(contentsOf: URL(filePath: source)), to: name, mode: mode)
  }

  /// Not by Foundation, nor while another test starts a program: it would inherit the descriptor, and a file that somebody
  /// may write to cannot be run.
  private func write(_ content: Data, to name: String, mode: mode_t) throws -> String {
    try Program.starting.withLock { _ in
      let descriptor = try check("open", unsafe open(self[name], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
      defer { close(descriptor) }
      var rest = content[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        rest = rest.dropFirst(try check("write", count))
      }
      try check("fchmod", fchmod(descriptor, mode))
    }
    return self[name]
  }

  /// Makes a directory and returns its path.
  @discardableResult
  package func directory(_ name: String, mode: mode_t = 0o755) throws -> String {
    try FileManager.default.createDirectory(atPath: self[name], withIntermediateDirectories: true)
    try check("chmod", unsafe chmod(self[name], mode))
    return self[name]
  }
}

/// Something that a test needs and could not get.
package struct Failure: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Throws where a call of C returned less than zero.
@discardableResult
package func check<Result: FixedWidthInteger>(_ what: String, _ result: Result) throws -> Result {
  guard result >= 0 else { throw Failure("\(what): errno \(errno)") }
  return result
}
