import MartletModel

/// Decides what of a process's environment may leave the host: the names of all variables, the values of a few.
package struct EnvironmentFilter: Sendable {
  /// Variables whose value tells much about an attack and is not a secret.
  package static let defaultNames: Set<String> = [
    "LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "HISTSIZE", "HISTFILESIZE", "GLIBC_TUNABLES",
  ]

  private let kept: [String]

  /// Makes a filter that keeps the values of the variables with these names.
  package init(keeping names: Set<String> = defaultNames) {
    kept = Array(names)
  }

  /// The environment with `NAME=value` cut to `NAME`, unless the value is to be kept, in the same order.
  ///
  /// An element without `=` is no variable and stays as it is.
  package func filter(_ environment: [String]) -> [String] {
    guard environment.contains(where: { cut($0) != nil }) else { return environment }
    return environment.map { cut($0) ?? $0 }
  }

  /// The name alone, of an element whose value is not kept.
  private func cut(_ element: String) -> String? {
    let bytes = element.utf8Span.span
    guard let equals = bytes.indices.first(where: { bytes[$0] == UInt8(ascii: "=") }) else { return nil }
    let name = String(Substring(element.utf8.prefix(equals)))
    return kept.contains { $0.isSame(as: name) } ? nil : name
  }
}
