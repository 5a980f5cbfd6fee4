import Glibc
import MartletContext
import MartletModel

/// The files in which container runtimes keep what they know of their containers, each where it is unless somebody moved it.
///
/// They are root's. An id is of letters, digits, dashes, dots and underscores, and begins with no dot.
struct ContainerFiles {
  /// The directory that stands for the root of all paths; empty for the root itself.
  var root = ""

  /// Of podman's file, which tells of all containers, a hundred take some fifty kilobytes.
  private static let mostBytes = 1 << 20

  /// What the first file tells that knows the container. Those that know more come first.
  func facts(of id: String) -> ContainerFacts? {
    if let docker = read("/var/lib/docker/containers/\(id)/config.v2.json") { return ContainerFacts(docker: docker) }
    for driver in ["overlay", "vfs", "btrfs"] {
      // One of the two has those that do not outlive the machine's next start.
      for file in ["containers", "volatile-containers"] {
        if let all = read("/var/lib/containers/storage/\(driver)-containers/\(file).json"),
          let facts = ContainerFacts(storage: all, id: id)
        {
          return facts
        }
      }
    }
    for namespace in ["k8s.io", "default"] {
      let path = "/run/containerd/io.containerd.runtime.v2.task/\(namespace)/\(id)/config.json"
      if let bundle = read(path) { return ContainerFacts(bundle: bundle, modified: modified(path)) }
    }
    for path in ["/run/crun/\(id)/status", "/run/runc/\(id)/state.json"] {
      if let state = read(path) { return ContainerFacts(runtime: state) }
    }
    return read("/run/systemd/machines/\(id)").flatMap(ContainerFacts.init(machine:))
  }

  private func read(_ path: String) -> [UInt8]? { contents(of: root + path, mostBytes: Self.mostBytes) }

  private func modified(_ path: String) -> Instant? {
    var found = stat()
    guard unsafe stat(root + path, &found) == 0 else { return nil }
    return Instant(
      seconds: Int64(found.st_mtim.tv_sec), nanoseconds: UInt32(truncatingIfNeeded: found.st_mtim.tv_nsec))
  }
}
