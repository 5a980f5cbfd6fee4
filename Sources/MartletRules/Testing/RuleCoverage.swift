public import SECL

/// Which conditions of which rules came out which way while tests ran.
public struct RuleCoverage {
  /// A condition that did not come out both ways.
  public struct Gap: Hashable, Sendable {
    /// The rule's id.
    public let rule: String
    /// The condition, as it is written.
    public let text: String
    /// The file of the rule's policy.
    public let file: String
    /// Where in that file.
    public let position: SourcePosition
    /// Which way it came out, if any.
    public let outcomes: Outline.Outcomes
    /// Whether it is the rule as a whole.
    public let isWhole: Bool

    /// What did not happen.
    public var description: String {
      if outcomes == .holding { return "never false" }
      return outcomes == .failing ? "never true" : "never asked"
    }
  }

  private let rules: InspectedRules
  /// Numbers of the rules that ought to be tested.
  private let examined: [Int]
  private let tested: Set<String>
  /// The outcomes of each rule's conditions, by the numbers of the parts as the rule is written.
  private var outcomes: [Int: [Outline.Outcomes]] = [:]

  init(_ rules: InspectedRules, examined: Set<String>, tested: Set<String>) {
    self.rules = rules
    self.tested = tested
    self.examined = rules.ruleSet.rules.indices.filter { examined.contains(rules.place(ofRule: $0).file) }
  }

  mutating func add(_ new: [Outline.Outcomes], of outline: Outline, for way: InspectedRules.Way) {
    let written = Self.written(in: outline, way: way, expression: rules.ruleSet.rules[way.rule].expression)
    var known = outcomes[way.rule] ?? Array(repeating: [], count: written.count)
    for (index, part) in written.enumerated() where known.indices.contains(index) { known[index].formUnion(new[part]) }
    outcomes[way.rule] = known
  }

  /// The parts of a way that the rule's author wrote.
  private static func written(in outline: Outline, way: InspectedRules.Way, expression: String) -> Range<Int> {
    guard FileWrites.isUsed(in: expression), FileWrites.hasCondition(way: way.number),
      outline.parts[0].children.count > 1
    else { return 0..<outline.parts.count }
    return outline.parts[0].children[0]..<outline.parts[0].children[1]
  }

  // MARK: Results

  /// Rules that no test speaks of, with their place.
  public var untested: [(rule: String, file: String, position: SourcePosition)] {
    examined.filter { !tested.contains(rules.ruleSet.rules[$0].id) }.map { number in
      let (file, position) = rules.place(ofRule: number)
      return (rules.ruleSet.rules[number].id, file, position)
    }
  }

  /// Rules that ought to be tested.
  public var ruleCount: Int { examined.count }

  /// Conditions that came out both ways, and all that there are.
  public var counts: (covered: Int, all: Int) {
    var (covered, all) = (0, 0)
    visit { _, outcomes in
      all += 1
      if outcomes == .both { covered += 1 }
    }
    return (covered, all)
  }

  /// The conditions that did not come out both ways, rule by rule.
  public var gaps: [Gap] {
    var gaps: [Gap] = []
    visit { gap, outcomes in
      if outcomes != .both { gaps.append(gap()) }
    }
    return gaps
  }

  private func visit(_ body: (() -> Gap, Outline.Outcomes) -> Void) {
    for number in examined {
      let rule = rules.ruleSet.rules[number]
      let way = InspectedRules.Way(rule: number, number: 0)
      guard let outline = rules.outline(of: way) else { continue }
      let written = Self.written(in: outline, way: way, expression: rule.expression)
      for (index, part) in written.enumerated() {
        let part = outline.parts[part]
        // Of a negation its operand tells.
        guard part.isCondition, !part.isInMacro, part.kind != .not else { continue }
        let outcomes = outcomes[number].flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? []
        body(
          {
            let (file, position) = rules.place(of: part.position, in: way)
            return Gap(
              rule: rule.id, text: part.text, file: file, position: position, outcomes: outcomes, isWhole: index == 0)
          }, outcomes)
      }
    }
  }
}
