extension [Policy] {
  /// The policies in the order in which they are processed: remote ones, then bundled ones, then those of a directory by
  /// name; of several default policies the first, before all others.
  var inOrder: [Policy] {
    let ranks: [PolicySource.Origin] = [.remoteConfig, .bundled, .file, .selfTest]
    let replaced = Set(
      lazy.filter { $0.origin == .remoteConfig && !$0.version.isEmpty && !$0.isDefault }.map(\.replacedPolicy))
    let sorted = enumerated().sorted { one, other in
      let (left, right) = (
        ranks.firstIndex(of: one.element.origin) ?? 0, ranks.firstIndex(of: other.element.origin) ?? 0
      )
      guard left == right else { return left < right }
      guard one.element.origin == .file, one.element.name != other.element.name else {
        return one.offset < other.offset
      }
      return one.element.name.utf8.lexicographicallyPrecedes(other.element.name.utf8)
    }
    .map(\.element)
    .filter { !($0.origin == .remoteConfig && $0.isDefault && replaced.contains($0.name)) }
    return sorted.filter(\.isDefault).prefix(1) + sorted.filter { !$0.isDefault }
  }
}
