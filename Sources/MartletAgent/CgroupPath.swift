import CLinux
import Glibc
import MartletModel

extension CgroupID {
  /// Its path below the root of the default hierarchy, `/` for the root itself; `nil` where there is no such cgroup.
  var path: String? {
    for mount in Self.mounts {
      var text = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = unsafe clinux_cgroup_path(mount, number, &text, text.count)
      guard length >= mount.utf8.count else { continue }
      let bytes = text.prefix(length).dropFirst(mount.utf8.count)
      let path = String(decoding: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self)
      return path.isEmpty ? "/" : path
    }
    return nil
  }

  /// Whether there is no such cgroup any more.
  var isGone: Bool { path == nil && CgroupID(1).path != nil }

  /// Where the default hierarchy is mounted: alone, or beside those of version 1.
  private static let mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
}
