import LinuxHost
import MartletModel

/// Containers, by the ids that cgroup paths hold.
final class ContainerResolver {
  private struct Reference { weak var container: Container? }

  private var containers: [String: Reference] = [:]
  private var sweepAt = 1024

  /// The container of the first path that names one.
  func container(cgroups: [String]) -> Container? {
    for path in cgroups {
      if let id = ContainerID(cgroupPath: path) { return container(id: id.description) }
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
