import ArgumentParser
import MartletAgent
import MartletModel
import MartletRules
import RulePack

/// Which rules events are asked.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A policy, or a directory of them; repeatable. Default: Martlet's own rule pack.", valueName: "path"))
  var policy: [String] = []

  @Flag(help: "Ask no rule.")
  var noPolicy = false

  @Flag(help: "Show only events that a rule matched.")
  var onlyMatches = false

  func validate() throws {
    if noPolicy, !policy.isEmpty || onlyMatches {
      throw ValidationError("--no-policy goes with neither --policy nor --only-matches.")
    }
  }

  /// Types of events that are shown though no rule asked for them.
  func shown(_ events: EventTypes?, unlessNamed: EventTypes = .standard) -> Set<EventType> {
    onlyMatches ? [] : (events ?? unlessNamed).types
  }

  /// Loads the rules. What does not load is told on standard error, and the rest goes on.
  func rules() throws -> RuleSet {
    if noPolicy { return .empty }
    let sources: [PolicySource]
    do { sources = try policySources(policy) } catch {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
    var conditions = LoadingConditions.thisHost
    conditions.undoneActions["kill"] = "only 'martlet run' acts on processes"
    let (rules, report) = RuleSet.load(sources, for: conditions)
    for diagnostic in report.diagnostics where diagnostic.severity == .error {
      complain("\(diagnostic.description) [\(diagnostic.kind.name)]")
    }
    return rules
  }
}

/// The policies at `paths`; our own if there are none.
func policySources(_ paths: [String]) throws(PolicyPathError) -> [PolicySource] {
  paths.isEmpty ? RulePack.sources : try PolicySource.read(paths)
}

extension RulePack {
  /// Our own rules as policies.
  static var sources: [PolicySource] {
    policies.map { PolicySource(name: $0.name, origin: .bundled, bytes: $0.text) }
  }
}
