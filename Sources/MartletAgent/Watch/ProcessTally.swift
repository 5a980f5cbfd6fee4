import MartletModel

/// Which processes made how many events, since it was last asked.
final class ProcessTally {
  struct Entry {
    /// What it runs, as of the last one.
    fileprivate(set) var image: ProcessImage
    fileprivate(set) var count: UInt64 = 0
    /// Of each type, by `EventType.rawValue`.
    fileprivate var types = [UInt32](repeating: 0, count: 64)

    fileprivate mutating func add(_ event: Event) {
      image = event.process
      count &+= 1
      let type = Int(event.type.rawValue)
      if types.indices.contains(type) { types[type] &+= 1 }
    }

    /// The type of most of its events.
    var mostly: EventType? {
      types.indices.max { types[$0] < types[$1] }.flatMap { EventType(rawValue: UInt8(truncatingIfNeeded: $0)) }
    }
  }

  private var entries: [UInt32: Entry] = [:]

  /// Processes that are told apart.
  private static let mostProcesses = 4096

  func count(_ event: Event) {
    let pid = event.process.pid
    guard entries[pid] != nil || entries.count < Self.mostProcesses else { return }
    entries[pid, default: Entry(image: event.process)].add(event)
  }

  /// The busiest, the first first, and forgets all.
  func take(_ most: Int) -> [Entry] {
    defer { entries = [:] }
    return Array(entries.values.sorted { ($1.count, $0.image.pid) < ($0.count, $1.image.pid) }.prefix(most))
  }
}
