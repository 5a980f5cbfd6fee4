import Glibc

/// A path that no policy can be read from.
public struct PolicyPathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path, as given.
  public let path: String
  /// An `errno` value; 0 for a directory without policies.
  public let code: Int32

  /// Whether it is a directory without policies.
  public var isEmptyDirectory: Bool { code == 0 }
  /// Whether nothing is there.
  public var isMissing: Bool { code == ENOENT }

  public var description: String {
    code == 0
      ? "no file in '\(path)' ends in .policy" : "cannot read '\(path)': \(unsafe String(cString: strerror(code)))"
  }
}

extension PolicySource {
  /// The policies at `paths`: each a file, or a directory of which all files are taken whose names end in `.policy`.
  ///
  /// - Throws: for the first path that cannot be read, and a directory without policies.
  public static func read(_ paths: [String]) throws(PolicyPathError) -> [PolicySource] {
    var sources: [PolicySource] = []
    for path in paths {
      guard let names = try names(in: path) else {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        sources.append(PolicySource(name: name, file: path, bytes: try bytes(of: path)))
        continue
      }
      guard !names.isEmpty else { throw PolicyPathError(path: path, code: 0) }
      for name in names {
        let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
        sources.append(PolicySource(name: name, file: file, bytes: try bytes(of: file)))
      }
    }
    return sources
  }

  /// The names of the files in the directory `path` that end in `suffix`, sorted; nil if it is no directory.
  static func names(in path: String, ending suffix: String = ".policy") throws(PolicyPathError) -> [String]? {
    guard let directory = unsafe opendir(path) else {
      if errno == ENOTDIR { return nil }
      throw PolicyPathError(path: path, code: errno)
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name.hasSuffix(suffix) { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What is in the file, one byte more than a policy may have at most.
  static func bytes(of path: String) throws(PolicyPathError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PolicyPathError(path: path, code: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= PolicyReader.largest {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { break }
      if count > 0 {
        bytes += buffer[..<count]
      } else if errno != EINTR {
        throw PolicyPathError(path: path, code: errno)
      }
    }
    return bytes
  }
}

extension HostFacts {
  /// The host that this process runs on.
  public static func running() -> HostFacts {
    func text<Bytes>(_ bytes: inout Bytes) -> String {
      unsafe withUnsafeBytes(of: &bytes) { bytes in
        unsafe String(decoding: Array(bytes).prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    var names = utsname()
    unsafe uname(&names)
    var environment: [String] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      unsafe environment.append(String(cString: entry))
      unsafe next += 1
    }
    let release = text(&names.release)
    let node = text(&names.nodename)
    let osRelease = (try? PolicySource.bytes(of: "/etc/os-release")) ?? []
    return HostFacts(
      osRelease: String(decoding: osRelease, as: UTF8.self), release: release, hostname: node, environment: environment)
  }
}
