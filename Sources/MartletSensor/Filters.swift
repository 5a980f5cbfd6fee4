internal import CLibbpf
internal import CMartletABI
import Glibc
package import MartletModel

/// The filters as they are in the kernel: two sets, of which one is in use.
struct LoadedFilters {
  fileprivate struct Content {
    /// The bytes of each `martlet_filter`, by `EventType.allCases`.
    var rows: [[UInt8]] = []
    /// Those of each `martlet_filter_entry`, by its name.
    var names: [(key: martlet_filter_name, entry: [UInt8])] = []
  }

  /// Those that are in use.
  fileprivate var filters: [EventType: EventFilter] = [:]
  /// The last bit says which of the two sets is theirs.
  fileprivate var round: UInt32 = 0
  fileprivate var sets = [Content(), Content()]
  fileprivate var lastNode: UInt32 = 0
}

extension Probes {
  /// Lets the kernel leave out what `filters` do not admit, from now on; types without a filter are seen whole.
  ///
  /// Whatever an event is held against is of one set. The set before stays as it is until the next one is written.
  package mutating func setFilters(_ filters: [EventType: EventFilter]) throws(SensorError) {
    let round = self.filters.round &+ 1
    let set = Int(round & 1)
    for var name in self.filters.sets[set].names {
      _ = unsafe bpf_map_delete_elem(descriptor("file_names"), &name.key)
    }
    self.filters.sets[set] = LoadedFilters.Content()
    for type in EventType.allCases {
      var row = martlet_filter()
      if let filter = filters[type], !filter.admitsEverything { row = self.row(filter, set) }
      self.filters.sets[set].rows.append(bytes(of: &row))
      var key = key(of: type, set)
      guard unsafe bpf_map_update_elem(descriptor("filters"), &key, &row, UInt64(BPF_ANY)) == 0 else {
        throw .system("filter \(type.name)", errno: errno)
      }
    }
    var (zero, state): (UInt32, martlet_filtering) = (0, martlet_filtering(round: round))
    guard unsafe bpf_map_update_elem(descriptor(".data.filtering"), &zero, &state, UInt64(BPF_ANY)) == 0 else {
      throw .system("change the filters", errno: errno)
    }
    self.filters.round = round
    self.filters.filters = filters
  }

  private func key(of type: EventType, _ set: Int) -> UInt32 {
    UInt32(type.rawValue) + UInt32(set) * UInt32(MARTLET_RECORD_TYPES.rawValue)
  }

  /// The maps of filters that somebody else has written to, and whether they are as they were again.
  mutating func restoreFilters() -> [(map: String, isMended: Bool)] {
    let set = Int(filters.round & 1)
    let content = filters.sets[set]
    var changed: [String] = []
    var (zero, state): (UInt32, martlet_filtering) = (0, martlet_filtering(round: filters.round))
    if unsafe !holds(descriptor(".data.filtering"), &zero, bytes(of: &state)) { changed.append(".data.filtering") }
    let (rows, names) = (descriptor("filters"), descriptor("file_names"))
    for (type, row) in zip(EventType.allCases, content.rows) {
      var key = key(of: type, set)
      if unsafe !holds(rows, &key, row) {
        changed.append("filters")
        break
      }
    }
    for var name in content.names where unsafe !holds(names, &name.key, name.entry) {
      changed.append("file_names")
      break
    }
    if changed.isEmpty { return [] }
    // All anew, in the set that is not in use: nothing is left out meanwhile that should not be.
    let isMended = (try? setFilters(filters.filters)) != nil
    return changed.map { ($0, isMended) }
  }

  /// The row of a type. Where there is no room for its names, one that admits everything.
  private mutating func row(_ filter: EventFilter, _ set: Int) -> martlet_filter {
    var row = martlet_filter()
    row.gates = filter.gates
    row.unnamed = filter.unnamed
    row.leaf_node = node()
    row.parent_node = node()
    row.root_node = node()
    var isComplete = true
    for (name, gates) in filter.leaves {
      row.leaves |= gates
      isComplete = isComplete && add(name, under: row.leaf_node, gates, set: set)
    }
    for (name, gates) in filter.parents {
      row.parents |= gates
      isComplete = isComplete && add(name, under: row.parent_node, gates, set: set)
    }
    let tree = DirectoryTree(filter.directories)
    row.directories = filter.directories.values.reduce(0, |)
    isComplete = isComplete && add(tree, under: row.root_node, set: set)
    row.count = UInt64(filter.tests.count)
    unsafe withUnsafeMutableBytes(of: &row.tests) { bytes in
      let tests = unsafe bytes.bindMemory(to: martlet_filter_test.self)
      for (index, (test, gates)) in filter.tests.enumerated() where index < tests.count {
        unsafe tests[index] = martlet_filter_test(
          mask: test.mask, least: test.range.lowerBound, greatest: test.range.upperBound, residues: test.residues,
          gates: gates, number: UInt32(test.number.rawValue), inverted: test.isInverted ? 1 : 0)
      }
    }
    row.is_on = isComplete && filter.tests.count <= EventFilter.mostTests ? 1 : 0
    return row
  }

  private mutating func node() -> UInt32 {
    filters.lastNode &+= 1
    if filters.lastNode == 0 { filters.lastNode = 1 }
    return filters.lastNode
  }

  private mutating func add(_ tree: DirectoryTree, under node: UInt32, set: Int) -> Bool {
    for (name, below) in tree.children {
      let next = below.children.isEmpty ? 0 : self.node()
      guard add(name, under: node, below.gates, next: next, set: set), add(below, under: next, set: set) else {
        return false
      }
    }
    return true
  }

  private mutating func add(
    _ name: EventFilter.Name, under node: UInt32, _ gates: UInt64, next: UInt32 = 0, set: Int
  ) -> Bool {
    var key = martlet_filter_name()
    key.node = node
    unsafe withUnsafeMutableBytes(of: &key.name) { bytes in
      for (index, byte) in name.bytes.prefix(EventFilter.Name.longest).enumerated() { unsafe bytes[index] = byte }
    }
    var entry = martlet_filter_entry(gates: gates, node: next, reserved: 0)
    guard unsafe bpf_map_update_elem(descriptor("file_names"), &key, &entry, UInt64(BPF_ANY)) == 0 else {
      return false
    }
    filters.sets[set].names.append((key, bytes(of: &entry)))
    return true
  }
}

private func bytes<Value>(of value: inout Value) -> [UInt8] {
  unsafe withUnsafeBytes(of: &value) { unsafe Array($0) }
}

/// Paths of directories as a tree of their names.
private struct DirectoryTree {
  var gates: UInt64 = 0
  var children: [EventFilter.Name: DirectoryTree] = [:]

  init() {}

  init(_ directories: [[EventFilter.Name]: UInt64]) {
    for (path, gates) in directories { add(path[...], gates) }
  }

  private mutating func add(_ path: ArraySlice<EventFilter.Name>, _ gates: UInt64) {
    guard let first = path.first else {
      self.gates |= gates
      return
    }
    children[first, default: DirectoryTree()].add(path.dropFirst(), gates)
  }
}
