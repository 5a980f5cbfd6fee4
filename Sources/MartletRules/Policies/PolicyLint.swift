import MartletModel
import SECL

extension RuleSet {
  /// The report of loading `sources`, with what is probably not meant so.
  public static func check(_ sources: [PolicySource], for conditions: LoadingConditions) -> LoadReport {
    var loader = RuleSetLoader(conditions)
    loader.load(sources)
    var report = loader.report
    report.note(PolicyLint(loader).findings)
    return report
  }
}

/// Finds rules, macros and variables that load and do nothing.
private struct PolicyLint {
  let loader: RuleSetLoader

  init(_ loader: RuleSetLoader) { self.loader = loader }

  var findings: [PolicyDiagnostic] {
    neverTrue + duplicates + emptyFields + withoutKey + unusedMacros + unusedVariables
  }

  private func finding(
    _ lint: PolicyDiagnostic.Lint, _ message: String, about rule: RuleSetLoader.CompiledRule,
    severity: PolicyDiagnostic.Severity = .warning
  ) -> PolicyDiagnostic {
    loader.policies[rule.merged.source].text.diagnostic(
      .lint(lint), message, at: rule.merged.place, severity: severity)
  }

  private var neverTrue: [PolicyDiagnostic] {
    loader.compiled.filter { $0.programs.allSatisfy(\.meaning.isNeverTrue) }.map {
      finding(.neverTrue, "rule '\($0.rule.id)' can never be true: its conditions exclude each other", about: $0)
    }
  }

  private var duplicates: [PolicyDiagnostic] {
    var known: [[Meaning]: String] = [:]
    return loader.compiled.compactMap { rule in
      let meaning = rule.programs.map(\.meaning)
      guard let first = known[meaning] else {
        known[meaning] = rule.rule.id
        return nil
      }
      return finding(.duplicateRule, "rule '\(rule.rule.id)' asks the same as rule '\(first)'", about: rule)
    }
  }

  private var emptyFields: [PolicyDiagnostic] {
    loader.compiled.flatMap { rule in
      Set(rule.programs.flatMap(\.fields)).sorted { $0.index < $1.index }.compactMap { field in
        emptiness(of: field, in: rule).map {
          finding(
            .emptyField, "rule '\(rule.rule.id)' reads '\(field.name)', which is always empty: \($0)", about: rule)
        }
      }
    }
  }

  /// Why a rule finds nothing in `field`.
  private func emptiness(of field: Field, in rule: RuleSetLoader.CompiledRule) -> String? {
    if let missing = Catalogue.shared.descriptions[field.index].missing { return missing }
    guard field.name.hasSuffix(".hashes") else { return nil }
    let types = Set(rule.programs.compactMap(\.eventType))
    guard types.isDisjoint(with: HashOptions().types.map(\.name)) else { return nil }
    return "files of \(types.sorted().joined(separator: ", ")) events are not hashed"
  }

  private var withoutKey: [PolicyDiagnostic] {
    let rules = loader.ruleSet
    let unkeyed = rules.questions.flatMap { type, questions in
      (rules.indices[type]?.index.unkeyed).map { $0.map { questions[$0].rule } } ?? questions.map(\.rule)
    }
    let ids = Set(unkeyed.map(\.id))
    return loader.compiled.filter { ids.contains($0.rule.id) }.map {
      finding(
        .noKey, "thought about at each event of their type: nothing in them can be looked up", about: $0,
        severity: .note)
    }
  }

  private var unusedMacros: [PolicyDiagnostic] {
    var texts = loader.compiled.flatMap { rule in
      [rule.rule.expression] + rule.merged.properties.actions.flatMap(\.expressions)
    }
    for macro in loader.macros {
      if case .expression(let text) = macro.macro.body { texts.append(text) }
    }
    let used = texts.reduce(into: Set<String>()) { $0.formUnion(Scope.names(in: $1)) }
    return loader.macros.filter { !used.contains($0.macro.id) }.map { macro in
      loader.policies[macro.policy].text.diagnostic(
        .lint(.unusedMacro), "no rule uses macro '\(macro.macro.id)'",
        at: macro.entry.id?.start ?? macro.entry.position, severity: .warning)
    }
  }

  /// Private variables that nobody reads: others are read where events are looked at.
  private var unusedVariables: [PolicyDiagnostic] {
    var read = loader.compiled.flatMap(\.programs).reduce(into: Set<String>()) {
      $0.formUnion($1.variables.map(\.name))
    }
    for rule in loader.compiled {
      for action in rule.rule.actions {
        if let filter = action.filter { read.formUnion(filter.variables.map(\.name)) }
        if case .set(let assignment) = action.kind, case .program(let program) = assignment.source {
          read.formUnion(program.variables.map(\.name))
        }
      }
    }
    var told: Set<String> = []
    return loader.compiled.flatMap { rule in
      zip(rule.merged.properties.actions, rule.merged.actionSources).compactMap { action, policy in
        guard case .set(let set) = action.sections.first, set.isPrivate, let place = set.name?.start,
          let number = loader.variables.number(of: set)
        else { return nil }
        let name = loader.variables.definitions[number].variable.name
        guard !read.contains(name), told.insert(name).inserted else { return nil }
        return loader.policies[policy].text.diagnostic(
          .lint(.unusedVariable), "variable '\(name)' is private, and nothing reads it", at: place, severity: .warning)
      }
    }
  }
}

extension ActionEntry {
  /// The expressions in it.
  fileprivate var expressions: [String] {
    var expressions = [filter].compactMap { $0?.text }
    for case .set(let set) in sections { expressions += [set.field, set.expression].compactMap { $0?.text } }
    return expressions
  }
}
