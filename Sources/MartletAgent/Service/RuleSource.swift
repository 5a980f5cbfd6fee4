import MartletModel
package import MartletRules

/// Where the rules of the agent come from, so that they can be read again.
package struct RuleSource: Sendable {
  /// Policies, or directories of them, which may be empty.
  let paths: [String]
  /// Whether a path may be missing.
  private let isOptional: Bool
  /// Policies that are no files.
  private let bundled: @Sendable () -> [PolicySource]
  private let conditions: LoadingConditions

  /// What a configuration says. `own` makes the policies of our own rule pack.
  package init(_ configuration: Configuration, own: @escaping @Sendable () -> [PolicySource]) {
    paths = configuration.list("policies.paths")
    isOptional = configuration.isStandard("policies.paths")
    if configuration.truth("policies.own") { bundled = own } else { bundled = { [] } }
    var conditions = LoadingConditions.thisHost
    if !configuration.truth("enforcement.enabled") { conditions.undoneActions["kill"] = "enforcement.enabled is off" }
    self.conditions = conditions
  }

  /// Reads and compiles the rules for this host, and those of `further` policies. What is wrong with them is in the report.
  package func load(with further: [PolicySource] = []) throws(PolicyPathError) -> LoadedRules {
    var sources = bundled() + further
    for path in paths { sources += try policies(at: path) }
    let (rules, report) = RuleSet.load(sources, for: conditions)
    return LoadedRules(rules: rules, report: report)
  }

  private func policies(at path: String) throws(PolicyPathError) -> [PolicySource] {
    do { return try PolicySource.read([path]) } catch {
      guard error.isEmptyDirectory || (isOptional && error.isMissing) else { throw error }
      return []
    }
  }
}

extension LoadingConditions {
  /// This host, and all types of events that there are.
  package static var thisHost: LoadingConditions {
    var conditions = LoadingConditions()
    conditions.host = .running()
    conditions.producedTypes = Set(EventType.allCases.map(\.name))
    return conditions
  }
}

/// Rules, and what became of each policy that they were read from.
package struct LoadedRules: Sendable {
  package let rules: RuleSet
  package let report: LoadReport
}
