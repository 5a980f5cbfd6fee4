package import MartletModel
public import SECL

/// The question why a rule holds for an event, or why it does not.
public final class Inquiry {
  /// The event types that the rule is about.
  public let eventTypes: Set<String>
  /// The variables that it may read, with their types.
  public let variables: [Variable]
  private let outlines: [Outline]
  private let rules: InspectedRules?
  /// The rule's number; nil for an expression that is no rule of a policy.
  private let rule: Int?
  private var detector: Detector?
  private var live: LiveEvent?

  /// There is no such rule.
  public struct UnknownRule: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// The question about the rule `id`.
  public convenience init(rule id: String, of rules: InspectedRules) throws(UnknownRule) {
    guard let number = rules.ruleSet.rules.firstIndex(where: { $0.id == id }) else {
      if let absence = rules.reasonForAbsence(of: id), rules.allIDs.contains(id) {
        throw UnknownRule(description: "rule '\(id)' did not load: \(absence.message)")
      }
      throw UnknownRule(
        description: "no rule is called '\(short(id))'\(suggestion(for: id, in: rules.allIDs.sorted()))")
    }
    let count = FileWrites.expanded(rules.ruleSet.rules[number].expression).count
    let outlines = (0..<count).compactMap { rules.outline(of: InspectedRules.Way(rule: number, number: $0)) }
    self.init(outlines, rules: rules, rule: number, variables: rules.ruleSet.variables.map(\.variable))
  }

  /// The question about an expression, which may use the macros and variables of `rules`, and `variables`.
  public convenience init(
    expression: String, of rules: InspectedRules? = nil, variables: [Variable] = []
  ) throws(CompilationError) {
    let variables = variables + (rules?.ruleSet.variables.map(\.variable) ?? [])
    let scope = rules?.loader.scope ?? Scope(catalogue: Catalogue.shared, variables: variables)
    var outlines: [Outline] = []
    for text in FileWrites.expanded(expression) { outlines.append(try scope.outline(rule: text)) }
    self.init(outlines, rules: rules, rule: nil, variables: variables)
  }

  private init(_ outlines: [Outline], rules: InspectedRules?, rule: Int?, variables: [Variable]) {
    self.outlines = outlines
    self.rules = rules
    self.rule = rule
    self.variables = variables
    eventTypes = Set(outlines.compactMap(\.program.eventType))
  }

  /// The fields that the rule reads of events of that type.
  public func fields(ofType type: String) -> [Field] {
    var seen: Set<Field> = []
    return outlines.filter { $0.program.eventType == type }.flatMap(\.program.fields).filter {
      seen.insert($0).inserted
    }
  }

  /// How the rule comes to its answer about an event of that type, or of any if it is nil; nil if it is not about such
  /// events. Of several ways in which it could hold, the one that it comes nearest by.
  public func explanation(of event: some EvaluationContext, type: String?) -> Explanation? {
    nearest(
      outlines.filter { type == nil || $0.program.eventType == type }.map { $0.explanation(in: event) })
  }

  /// The same about a live event, after those that were asked about before: a rule of a policy sees what all rules of the
  /// policy remember of them.
  package func explanation(of event: Event, files: (any FileInspector)? = nil) -> Explanation? {
    let live = self.live ?? LiveEvent(event)
    live.inspector = files
    if self.live != nil { live.move(to: event) }
    self.live = live
    let type = event.type.name
    guard let rules, let rule else { return explanation(of: ReaderContext(live), type: type) }
    let detector = self.detector ?? Detector(rules.ruleSet)
    self.detector = detector
    let ways = rules.ways[type] ?? []
    var explanations: [Explanation] = []
    detector.examine(live, type: type, scopes: live.scopes) { number, context in
      guard ways[number].rule == rule, let outline = rules.outline(of: ways[number]) else { return }
      explanations.append(outline.explanation(in: context))
    } held: { _ in
    }
    return nearest(explanations)
  }

  private func nearest(_ explanations: [Explanation]) -> Explanation? {
    explanations.max { $0.nearness < $1.nearness }
  }
}
