/// The registrable domain of `name`: its public suffix and one label more; `name` itself if it is no longer than that.
///
/// The public suffixes are the single last labels and, of the longer ones, those under which registries of countries
/// sell names: a second label that says what kind of owner it is, below a label of two letters.
public func rootDomain(_ name: [UInt8]) -> [UInt8] {
  let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  guard labels.count > 2, labels.allSatisfy({ !$0.isEmpty }) else { return name }
  let second = lowercased(Array(labels[labels.count - 2]))
  let isLong = labels[labels.count - 1].count == 2 && registryLabels.contains(second)
  return Array(labels.suffix(isLong ? 3 : 2).joined(separator: [UInt8(ascii: ".")]))
}

private let registryLabels: Set<[UInt8]> = Set(
  [
    "ac", "co", "com", "edu", "gob", "gov", "gouv", "go", "mil", "ne", "net", "nhs", "nom", "or", "org", "police",
    "sch",
  ]
  .map { Array($0.utf8) })
