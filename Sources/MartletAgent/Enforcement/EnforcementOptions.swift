package import MartletRules

/// Whether rules may act on processes, and what holds them back.
package struct EnforcementOptions: Sendable {
  /// Executables that are never signalled, by patterns of fnmatch(3): `*` stands for slashes, too.
  package var spared: [String] = []
  /// Different containers, and executables, that a rule may meet within `period` before it is disarmed; 0: that does not
  /// disarm it.
  package var limits: [Action.Kill.Disarmer: Int] = [.container: 5, .executable: 5]
  /// How long a container or an executable is remembered, and how long a rule's first kills wait.
  package var period = Duration.seconds(60)

  package init() {}
}

extension EnforcementOptions {
  /// What a configuration says; `nil` where rules may not.
  init?(_ configuration: Configuration) {
    guard configuration.truth("enforcement.enabled") else { return nil }
    spared = configuration.list("enforcement.spare")
    limits = [
      .container: configuration.number("enforcement.containers"),
      .executable: configuration.number("enforcement.executables"),
    ]
    period = configuration.duration("enforcement.period")
  }
}
