import SECL

/// What rules are loaded for.
public struct LoadingConditions: Sendable {
  /// What filters ask about.
  public var host = HostFacts()
  /// What version constraints ask about.
  public var agentVersion = AgentVersion.compatible
  /// Types of events that will come; nil for all that there are.
  public var producedTypes: Set<String>?
  /// Types of events that do not come on this host, and why.
  public var absentTypes: [String: String] = [:]
  /// Actions that are not done, by their names, and why.
  public var undoneActions = ["coredump": "not done yet", "network_filter": "not done yet"]

  /// Any host, all types.
  public init() {}

  /// Why the action `name` is not done where a policy wants it; nil if it is.
  func reason(against name: String, of origin: PolicySource.Origin) -> String? {
    if name == "kill", ![.file, .remoteConfig].contains(origin) { return "rules that come with the agent never kill" }
    return undoneActions[name]
  }
}

extension RuleSet {
  /// The rules of `sources`, and the report of what became of each. A rule that cannot be used is reported and left out;
  /// the others load.
  public static func load(_ sources: [PolicySource], for conditions: LoadingConditions) -> (RuleSet, LoadReport) {
    var loader = RuleSetLoader(conditions)
    loader.load(sources)
    return (loader.ruleSet, loader.report)
  }
}

/// Combines, filters and compiles policies.
struct RuleSetLoader {
  let conditions: LoadingConditions
  private(set) var policies: [Policy] = []
  private(set) var ruleSet = RuleSet.empty
  private(set) var report = LoadReport()
  private(set) var variables = VariableTable()
  private(set) var scope = Scope(catalogue: Catalogue.shared)
  /// The rules that loaded, with what they are made of, for those who look closer.
  private(set) var compiled: [CompiledRule] = []
  /// The macros that are defined.
  private(set) var macros: [MergedMacro] = []

  struct CompiledRule {
    let merged: MergedRule
    let rule: Rule
    let programs: [Program]
  }

  struct MergedMacro {
    let policy: Int
    let entry: MacroEntry
    var macro: Macro
    var isBroken = false
  }

  /// Diagnostics after which a mistake comes without a suggestion.
  private static let mostSuggestions = 1000

  init(_ conditions: LoadingConditions) { self.conditions = conditions }

  mutating func load(_ sources: [PolicySource]) {
    for source in sources {
      do { policies.append(try PolicyReader.read(source)) } catch { report.fail(source, error) }
    }
    policies = policies.inOrder
    for policy in policies { report.add(policy) }
    var rules = mergedRules()
    for index in rules.indices where !rules[index].isDisabled { define(&rules[index]) }
    scope = Scope(catalogue: Catalogue.shared, variables: variables.variables)
    let merged = mergedMacros()
    for macro in merged {
      scope.excuse(macro.macro.id, "is defined further down; macros can use only those before them")
    }
    for macro in merged {
      scope.excuse(macro.macro.id, "cannot be used in itself")
      define(macro)
      scope.excuse(macro.macro.id, "is not defined: what it stands for is wrong")
    }
    compile(rules)
    report.finish()
  }

  // MARK: Conditions

  private enum Verdict {
    case accepted
    case filtered(RuleReport.FilterType)
    case wrong([PolicyDiagnostic])
  }

  private func verdict(_ conditions: Conditions, in text: PolicyText) -> Verdict {
    if let written = conditions.agentVersion {
      guard let constraint = VersionConstraint(written.text) else {
        return .wrong([
          text.diagnostic(.agentVersion, "'\(short(written.text))' is no version constraint", at: written.start)
        ])
      }
      guard constraint.accepts(self.conditions.agentVersion) else { return .filtered(.agentVersion) }
    }
    var isAccepted = conditions.filters.isEmpty
    var mistakes: [PolicyDiagnostic] = []
    for filter in conditions.filters {
      do {
        if try self.conditions.host.accept(filter.text) { isAccepted = true }
      } catch { mistakes += text.diagnostics(error, in: filter) }
    }
    if !mistakes.isEmpty { return .wrong(mistakes) }
    return isAccepted ? .accepted : .filtered(.ruleFilter)
  }

  // MARK: Macros

  private mutating func mergedMacros() -> [MergedMacro] {
    var merged: [MergedMacro] = []
    var numbers: [String: Int] = [:]
    for (number, policy) in policies.enumerated() {
      for entry in policy.macros {
        switch verdict(entry.conditions, in: policy.text) {
        case .filtered(let reason):
          if let id = entry.id { scope.excuse(id.text, "is not for this host: \(reason.message)") }
          continue
        case .wrong(let mistakes):
          for mistake in mistakes { report.note(mistake) }
          continue
        case .accepted: break
        }
        guard let id = entry.id, isName(id.text) else {
          let message =
            entry.id.map { "'\(short($0.text))' is no id: letters, digits and _ only" } ?? "a macro needs an id"
          report.note(policy.text.diagnostic(.macroDefinition, message, at: entry.id?.start ?? entry.position))
          continue
        }
        if entry.expression != nil, entry.values != nil {
          report.note(
            policy.text.diagnostic(
              .macroDefinition, "macro '\(id.text)' has both an expression and values", at: id.start))
          continue
        }
        let macro = Macro(
          id: id.text, body: entry.expression.map { .expression($0.text) } ?? .values((entry.values ?? []).map(\.text)))
        guard let known = numbers[id.text] else {
          numbers[id.text] = merged.count
          merged.append(MergedMacro(policy: number, entry: entry, macro: macro))
          continue
        }
        if entry.combination == nil { report.note(ignored("macro", id.text, at: id.start, in: policy)) }
        do { merged[known].macro = try merged[known].macro.combined(with: macro, entry.combination) } catch {
          // Values in the place of an expression leave a macro with both.
          if entry.combination == .override { merged[known].isBroken = true }
          report.note(policy.text.diagnostic(.macroDefinition, error.description, at: id.start))
        }
      }
    }
    return merged
  }

  private mutating func define(_ merged: MergedMacro) {
    guard !merged.isBroken else { return }
    let text = policies[merged.policy].text
    if case .expression(let written) = merged.macro.body, FileWrites.isUsed(in: written) {
      report.note(
        text.diagnostic(
          .expression(.macro), "macro '\(merged.macro.id)': '\(FileWrites.prefix)' can stand only in a rule",
          at: merged.entry.position))
      return
    }
    do {
      try scope.define(merged.macro)
      macros.append(merged)
    } catch {
      guard let expression = merged.entry.expression else { return }
      for diagnostic in text.diagnostics(error, in: expression) { report.note(diagnostic) }
    }
  }

  private func ignored(_ what: String, _ id: String, at position: SourcePosition, in policy: Policy) -> PolicyDiagnostic
  {
    policy.text.diagnostic(
      .lint(.ignoredDefinition), "\(what) '\(short(id))' is defined before; without 'combine' this one changes nothing",
      at: position, severity: .warning)
  }

  // MARK: Rules

  private mutating func mergedRules() -> [MergedRule] {
    var merged: [MergedRule] = []
    var numbers: [String: Int] = [:]
    for (number, policy) in policies.enumerated() {
      for entry in policy.rules {
        if let mistake = mistake(in: entry, of: policy.text) {
          report.reject(entry, of: number, [mistake])
          continue
        }
        let id = entry.id?.text ?? ""
        switch verdict(entry.conditions, in: policy.text) {
        case .wrong(let mistakes):
          report.reject(entry, of: number, mistakes)
          continue
        case .filtered(let reason):
          if numbers[id] == nil { report.filter(entry, of: number, reason) }
          continue
        case .accepted: break
        }
        guard let known = numbers[id] else {
          numbers[id] = merged.count
          merged.append(MergedRule(entry, of: number, isDefault: policy.isDefault))
          continue
        }
        if !merged[known].merge(entry, of: number, isDefault: policy.isDefault) {
          report.note(ignored("rule", id, at: entry.id?.start ?? entry.position, in: policy))
        }
      }
    }
    return merged
  }

  /// What is wrong with an entry, whatever its expression says.
  private func mistake(in entry: RuleEntry, of text: PolicyText) -> PolicyDiagnostic? {
    guard let id = entry.id, !id.text.isEmpty else {
      return text.diagnostic(.rule, "a rule needs an id", at: entry.position)
    }
    for name in [id, entry.groupID].compactMap(\.self) where !name.text.isEmpty && !isName(name.text) {
      return text.diagnostic(.rule, "'\(short(name.text))' is no id: letters, digits and _ only", at: name.start)
    }
    if entry.expression?.text.isEmpty ?? true, !entry.isDisabled, !entry.isCombined {
      return text.diagnostic(.rule, "rule '\(short(id.text))' has no expression", at: id.start)
    }
    if ReservedIDs.all.contains(id.text) {
      return text.diagnostic(.rule, "'\(id.text)' is the id of a rule of the agent's own", at: id.start)
    }
    return nil
  }

  /// Defines the variables that a rule sets. A set action that cannot be used is reported and taken out.
  private mutating func define(_ rule: inout MergedRule) {
    rule.removeActions { action, policy in
      guard action.sections.count == 1, case .set(let set) = action.sections[0] else { return false }
      do throws(VariableTable.Mistake) {
        try variables.define(set)
        return false
      } catch {
        report.note(policies[policy].text.diagnostic(.action, error.message, at: set.name?.start ?? action.position))
        return true
      }
    }
  }

  private mutating func compile(_ merged: [MergedRule]) {
    var ordered: [(order: [Int64], compiled: CompiledRule)] = []
    for rule in merged where !rule.isDisabled {
      if report.diagnostics.count > Self.mostSuggestions { scope.suggests = false }
      do {
        let (made, programs) = try compile(rule)
        let isOfContext = rule.properties.tags["execution_context"]?.lowercased() == "true"
        let priority = 0 &- max(rule.properties.priority, -.max)
        ordered.append(
          (
            [isOfContext ? 0 : 1, policies[rule.source].isDefault ? 0 : 1, priority],
            CompiledRule(merged: rule, rule: made, programs: programs)
          ))
        for note in report.load(rule, programs: programs, conditions) {
          report.note(policies[rule.source].text.diagnostic(note.kind, note.message, at: rule.place, severity: .note))
        }
      } catch {
        report.reject(rule, error.diagnostics)
      }
    }
    // Sorting keeps the order of those that are equal.
    compiled = ordered.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.compiled)
    var questions: [String: [RuleSet.Question]] = [:]
    for rule in compiled {
      for program in rule.programs {
        questions[program.eventType ?? "", default: []].append(RuleSet.Question(rule: rule.rule, program: program))
      }
    }
    ruleSet = RuleSet(
      questions: questions, rules: compiled.map(\.rule), variables: variables.definitions, scope: scope)
  }

  /// All mistakes of one rule.
  private struct Rejection: Error { let diagnostics: [PolicyDiagnostic] }

  private mutating func compile(_ merged: MergedRule) throws(Rejection) -> (Rule, [Program]) {
    let text = policies[merged.source].text
    guard let expression = merged.first.expression else {
      throw Rejection(diagnostics: [
        text.diagnostic(.expression(.syntax), "the rule has no expression", at: merged.first.position)
      ])
    }
    var programs: [Program] = []
    for (number, way) in FileWrites.expanded(expression.text).enumerated() {
      do { programs.append(try scope.compile(rule: way)) } catch {
        throw Rejection(
          diagnostics: text.diagnostics(error, in: expression) {
            FileWrites.place(of: $0, way: number, in: expression.text)
          })
      }
    }
    let properties = merged.properties
    let policy = policies[merged.policy]
    let actions = try actions(of: merged, eventTypes: Set(programs.compactMap(\.eventType)))
    let limiterFields = properties.limiterToken.map { Catalogue.shared.field(named: $0.text) }
    let rule = Rule(
      id: merged.first.id?.text ?? "", reportedID: properties.groupID?.text ?? merged.first.id?.text ?? "",
      version: properties.version, description: properties.description, expression: expression.text,
      policyName: policy.name, policyVersion: policy.version,
      tags: properties.tags.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" },
      productTags: properties.productTags, isSilent: properties.isSilent, actions: actions,
      limit: .every(properties.every),
      limiterFields: limiterFields.contains(nil) ? [] : limiterFields.compactMap(\.self))
    return (rule, programs)
  }

  private mutating func actions(of merged: MergedRule, eventTypes: Set<String>) throws(Rejection) -> [Action] {
    let compiler = ActionCompiler(scope: scope, variables: variables, eventTypes: eventTypes)
    var actions: [Action] = []
    for (entry, policy) in zip(merged.properties.actions, merged.actionSources) {
      let text = policies[policy].text
      do {
        let action = try compiler.compile(entry)
        if conditions.reason(against: action.kind.name, of: policies[policy].origin) == nil { actions.append(action) }
      } catch {
        switch error {
        case .action(let message, let place):
          report.note(text.diagnostic(.action, message, at: place?.start ?? entry.position))
        case .rule(let message, let place):
          throw Rejection(diagnostics: [text.diagnostic(.rule, message, at: place?.start ?? entry.position)])
        case .expression(let error, let scalar):
          throw Rejection(diagnostics: text.diagnostics(error, in: scalar))
        }
      }
    }
    return actions
  }
}

/// Ids of rules that the agent itself reports under.
enum ReservedIDs {
  static let all: Set<String> = [
    "ruleset_loaded", "heartbeat", "self_test", "lost_events", "agent_disturbed", "abnormal_path", "no_process_context",
    "broken_process_lineage", "anomaly_detection", "ebpfless_hello_msg", "internal_core_dump", "sysctl_snapshot",
    "rawpacket_action", "failed_dns",
  ]
}
