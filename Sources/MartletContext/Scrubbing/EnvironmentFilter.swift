/// Decides what of a process's environment may leave the host: the names of all variables, the values of a few.
package struct EnvironmentFilter: Sendable {
  /// Variables whose value tells much about an attack and is not a secret.
  package static let defaultNames: Set<String> = [
    "LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "HISTSIZE", "HISTFILESIZE", "GLIBC_TUNABLES",
  ]

  private let kept: Set<String>

  /// Makes a filter that keeps the values of the variables with these names.
  package init(keeping names: Set<String> = defaultNames) {
    kept = names
  }

  /// The environment with `NAME=value` cut to `NAME`, unless the value is to be kept, in the same order.
  ///
  /// An element without `=` is no variable and stays as it is.
  package func filter(_ environment: [String]) -> [String] {
    environment.map { element in
      guard let equals = element.utf8.firstIndex(of: UInt8(ascii: "=")) else { return element }
      let name = String(element[..<equals])
      return kept.contains(name) ? element : name
    }
  }
}
