import SECL

/// Loaded policies together with what their rules are made of, for those who look closer.
public final class InspectedRules {
  /// A way of a rule: the rule itself, or one of those that it stands for.
  struct Way {
    /// The rule's number among those of the rule set.
    let rule: Int
    /// The number of the way.
    let number: Int
  }

  /// The rules.
  public let ruleSet: RuleSet
  /// What became of the policies.
  public let report: LoadReport
  let loader: RuleSetLoader
  /// For each question about a type what it is a way of.
  let ways: [String: [Way]]
  private var outlines: [[Int]: Outline?] = [:]

  /// The rules of `policies`.
  public init(_ policies: [PolicySource], for conditions: LoadingConditions) {
    var loader = RuleSetLoader(conditions)
    loader.load(policies)
    self.loader = loader
    ruleSet = loader.ruleSet
    report = loader.report
    let numbers = Dictionary(
      loader.ruleSet.rules.enumerated().map { (ObjectIdentifier($1), $0) }, uniquingKeysWith: { first, _ in first })
    ways = loader.ruleSet.questions.mapValues { questions in
      var seen: [ObjectIdentifier: Int] = [:]
      return questions.map { question in
        let id = ObjectIdentifier(question.rule)
        let rule = numbers[id] ?? 0
        let types = loader.compiled[rule].programs.map(\.eventType)
        let matching = types.indices.filter { types[$0] == question.program.eventType }
        let occurrence = seen[id, default: 0]
        seen[id] = occurrence + 1
        return Way(rule: rule, number: matching.indices.contains(occurrence) ? matching[occurrence] : 0)
      }
    }
  }

  /// Why the rule `id` is not among those that loaded; nil if it is.
  func reasonForAbsence(of id: String) -> (isFiltered: Bool, message: String)? {
    guard !ruleSet.rules.contains(where: { $0.id == id }) else { return nil }
    for policy in report.policies {
      if let rule = policy.rules.first(where: { $0.id == id }) {
        return (rule.status == .filtered, rule.message)
      }
    }
    return (true, "the rule is disabled")
  }

  /// The ids of all rules, also of those that did not load.
  var allIDs: Set<String> {
    Set(loader.policies.flatMap { $0.rules.compactMap { $0.id?.text } }).union(ruleSet.rules.map(\.id))
  }

  /// The types of events that the rule `id` is about.
  public func eventTypes(of id: String) -> Set<String> {
    Set(loader.compiled.filter { $0.rule.id == id }.flatMap { $0.programs.compactMap(\.eventType) })
  }

  /// The way of a rule, taken apart.
  func outline(of way: Way) -> Outline? {
    if let known = outlines[[way.rule, way.number]] { return known }
    let texts = FileWrites.expanded(loader.compiled[way.rule].rule.expression)
    let outline = texts.indices.contains(way.number) ? try? loader.scope.outline(rule: texts[way.number]) : nil
    outlines[[way.rule, way.number]] = outline
    return outline
  }

  /// The place in its file of what stands at `position` in a way of a rule.
  func place(of position: SourcePosition, in way: Way) -> (file: String, position: SourcePosition) {
    let compiled = loader.compiled[way.rule]
    let text = loader.policies[compiled.merged.source].text
    guard let written = compiled.merged.first.expression else { return (text.file, compiled.merged.place) }
    let position = FileWrites.place(of: position, way: way.number, in: written.text)
    return (text.file, text.lines.place(of: position, in: written))
  }

  /// The file and place of a rule.
  func place(ofRule number: Int) -> (file: String, position: SourcePosition) {
    let merged = loader.compiled[number].merged
    return (loader.policies[merged.source].text.file, merged.place)
  }
}
