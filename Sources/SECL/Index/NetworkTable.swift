/// Networks, of which one look-up for each length of a mask finds those that an address is in.
struct NetworkTable: Sendable {
  private let entries: [IPNetwork: Int]
  private let networks: [IPNetwork]
  private let lengths: [Int]

  /// The table of `networks`, the entry of each being its place in the list. No network may be there twice.
  init(_ networks: [IPNetwork]) {
    self.networks = networks
    entries = Dictionary(uniqueKeysWithValues: networks.enumerated().map { ($1, $0) })
    lengths = Set(networks.map(\.length)).sorted()
  }

  /// Calls `found` for the entry of each network that overlaps `network`.
  func search(_ network: IPNetwork, _ found: (Int) -> Void) {
    for length in lengths {
      guard let wider = network.widened(to: length) else { return searchInside(network, found) }
      if let entry = entries[wider] { found(entry) }
    }
  }

  /// The same for those with a longer mask than `network`, which events hardly ever have.
  private func searchInside(_ network: IPNetwork, _ found: (Int) -> Void) {
    for (entry, other) in networks.enumerated() where other.length > network.length && other.overlaps(network) {
      found(entry)
    }
  }
}
