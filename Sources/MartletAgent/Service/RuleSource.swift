import MartletModel
package import MartletRules

/// Where the rules of the agent come from, so that they can be read again.
package struct RuleSource: Sendable {
  /// Policies, or directories of them.
  package var paths: [String]
  /// Policies that are not files.
  package var bundled: @Sendable () -> [PolicySource]

  package init(paths: [String], bundled: @escaping @Sendable () -> [PolicySource]) {
    self.paths = paths
    self.bundled = bundled
  }

  /// Reads and compiles the rules for this host. Those that are wrong are in the report.
  package func load() throws(PolicyPathError) -> LoadedRules {
    var conditions = LoadingConditions()
    conditions.host = .running()
    conditions.producedTypes = Set(EventType.allCases.map(\.name))
    let (rules, report) = RuleSet.load(bundled() + (try PolicySource.read(paths)), for: conditions)
    return LoadedRules(rules: rules, report: report)
  }
}

/// Rules, and what became of each policy that they were read from.
package struct LoadedRules: Sendable {
  package let rules: RuleSet
  package let report: LoadReport
}
