import Foundation
import Glibc

/// A control group that goes away with it, when its processes are gone.
package final class ControlGroup {
  package let path: String

  /// Hierarchies in which one can be made here, version 2 and version 1.
  package static let hierarchies = [
    "/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/cpuset", "/sys/fs/cgroup/pids",
  ].filter { unsafe access($0 + "/cgroup.procs", W_OK) == 0 }

  package init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    // A cpuset takes no process in before it has processors and memory.
    for name in ["cpuset.cpus", "cpuset.mems"] {
      let parent = URL(filePath: path).deletingLastPathComponent().appending(path: name)
      guard path.contains("/cpuset/"), let value = try? Data(contentsOf: parent) else { continue }
      try value.write(to: URL(filePath: path).appending(path: name))
    }
  }

  deinit {
    // The last of its processes may still be on its way out.
    for _ in 0..<1000 where unsafe rmdir(path) != 0 { usleep(1000) }
  }
}
