import LinuxHost
import MartletModel

/// Containers, by the ids that cgroup paths hold, and what their runtimes know of them.
final class ContainerResolver {
  private struct Entry {
    weak var container: Container?
    /// How often the runtime's files are still looked at.
    var looks: Int
  }

  /// More than once, as some are written when the first program already runs.
  private static let mostLooks = 4

  private let host: any Host
  private var entries: [String: Entry] = [:]
  private var sweepAt = 1024

  init(host: any Host) { self.host = host }

  /// The first path that names a container, and that container; without one the first path. `firstSeen` dates a container
  /// of which neither its runtime tells that nor a process was seen before.
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
    let entry = entries[id]
    let container = entry?.container ?? Container(id: id)
    let looks = entry?.container == nil ? Self.mostLooks : entry?.looks ?? 0
    guard looks > 0 else { return container }
    let facts = host.answer(.container(id: id)).flatMap(ContainerFacts.init(answer:))
    if let facts {
      container.createdAt = facts.createdAt ?? container.createdAt
      container.describe(name: facts.name, image: facts.image)
    }
    if entries.count >= sweepAt {
      entries = entries.filter { $0.value.container != nil }
      sweepAt = max(1024, entries.count * 2)
    }
    entries[id] = Entry(container: container, looks: facts == nil ? looks - 1 : 0)
    return container
  }
}
