import LinuxHost
import MartletModel

/// Containers, by the ids that cgroup paths hold.
final class ContainerResolver {
  private struct Reference { weak var container: Container? }

  private var containers: [String: Reference] = [:]
  private var sweepAt = 1024

  /// The first path that names a container, and that container; without one the first path. `firstSeen` dates a container
  /// of which no process was seen before.
  func place(cgroups: [String], firstSeen: Instant?) -> (cgroup: String, container: Container?) {
    for path in cgroups {
      guard let id = ContainerID(cgroupPath: path) else { continue }
      let container = container(id: id.description)
      if container.createdAt == nil { container.createdAt = firstSeen }
      return (path, container)
    }
    return (cgroups.first ?? "", nil)
  }

  private func container(id: String) -> Container {
    if let known = containers[id]?.container { return known }
    if containers.count >= sweepAt {
      containers = containers.filter { $0.value.container != nil }
      sweepAt = max(1024, containers.count * 2)
    }
    let container = Container(id: id)
    containers[id] = Reference(container: container)
    return container
  }
}
