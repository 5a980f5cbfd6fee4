import CLinux
import Glibc
import MartletSensor

/// The processes that run in a scope.
struct RunningProcesses {
  let pids: [UInt32]
  /// One of each mount namespace.
  let viewers: [UInt32]

  /// Looks who is there.
  init(in scope: WatchScope) {
    let pids: [UInt32] =
      switch scope {
      case .tree: []
      case .host: Self.names(in: "/proc").compactMap { UInt32($0) }.filter { $0 != UInt32(getpid()) }
      case .cgroup(let cgroup): Self.members(of: cgroup.path, below: Self.deepest)
      }
    var namespaces: Set<ino_t> = []
    viewers = pids.filter { pid in
      var found = stat()
      return unsafe stat("/proc/\(pid)/ns/mnt", &found) == 0 && namespaces.insert(found.st_ino).inserted
    }
    self.pids = pids
  }

  /// Those of a cgroup, by its directory, and of so many levels below it.
  static func members(of cgroup: String, below levels: Int) -> [UInt32] {
    var pids = text(of: cgroup + "/cgroup.procs").split(separator: "\n").compactMap { UInt32($0) }
    guard levels > 0 else { return pids }
    for name in names(in: cgroup, onlyDirectories: true) { pids += members(of: "\(cgroup)/\(name)", below: levels - 1) }
    return pids
  }

  static let deepest = 64

  private static func names(in path: String, onlyDirectories: Bool = false) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      if unsafe onlyDirectories && entry.pointee.d_type != UInt8(DT_DIR) { continue }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
        unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func text(of path: String) -> String {
    guard let file = unsafe fopen(path, "re") else { return "" }
    defer { unsafe fclose(file) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while case let count = unsafe fread(&chunk, 1, chunk.count, file), count > 0 { text += chunk.prefix(count) }
    return String(decoding: text, as: UTF8.self)
  }
}
