import LinuxHost
import MartletModel

/// Containers, by the ids that cgroup paths hold.
final class ContainerResolver {
  private struct Reference { weak var container: Container? }

  private var containers: [String: Reference] = [:]
  private var sweepAt = 1024

  /// The container of the first path that names one; `firstSeen` dates it when no process of it was seen before.
  func container(cgroups: [String], firstSeen: Instant?) -> Container? {
    for path in cgroups {
      guard let id = ContainerID(cgroupPath: path) else { continue }
      let container = container(id: id.description)
      if container.createdAt == nil { container.createdAt = firstSeen }
      return container
    }
    return nil
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
