/// This build.
package enum Martlet {
  /// Semantic version, `agent.version`.
  package static let version = "0.1.0"
}
