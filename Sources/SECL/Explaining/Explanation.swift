/// How an expression came to its answer about one event: the value of each of its parts.
public struct Explanation: Sendable {
  /// A part and what became of it.
  public struct Part: Sendable {
    /// The part, as it is written.
    public let outline: Outline.Part
    /// Its value. That of a part which nobody asked for is told as well.
    public let value: Value
    /// Whether it was asked: what stands before had not settled the answer.
    public let isReached: Bool
    /// Whether the answer rests on it.
    public let isDecisive: Bool
    /// What made a test hold, or its negation fail, where several things could have.
    public let witness: Witness?

    /// Whether it is a condition that holds.
    public var holds: Bool { value.truth }
  }

  /// What made a test hold.
  public struct Witness: Hashable, Sendable {
    /// The element of the list that was tested; nil if there was one only.
    public let element: Value?
    /// What it was found equal to, or matched by; nil if there was one only.
    public let choice: String?
  }

  /// The register's object that is shown, and how many there are.
  public struct Object: Hashable, Sendable {
    /// From 0, the nearest first.
    public let index: Int
    /// How many there are; with none the expression cannot hold.
    public let count: Int
  }

  /// The answer.
  public let holds: Bool
  /// The parts, numbered as in the outline; the first is the whole.
  public let parts: [Part]
  /// The object that is shown of an expression with a register: the first that it holds for, else the one that it is
  /// nearest to.
  public let object: Object?

  /// How many of the outermost conditions hold, more than any number if the whole does: of two events, the rule is nearer
  /// to the one with more.
  public var nearness: Int { holds ? .max : parts[0].outline.children.count { parts[$0].holds } }
}

extension Outline {
  /// How the expression comes to its answer about the event in `context`.
  public func explanation(in context: some EvaluationContext) -> Explanation {
    guard let rounds = program.rounds else {
      return explanation(Walk(self, Evaluation(context: context, round: 0)), object: nil)
    }
    let count = Int(min(max(context.value(of: rounds).number, 0), Int64(Program.mostRounds)))
    var best = (round: 0, score: -1)
    for round in 0..<count {
      let walk = Walk(self, Evaluation(context: context, round: round))
      let score = walk.holds ? Int.max : walk.score
      if score > best.score { best = (round, score) }
      if walk.holds { break }
    }
    let object = Explanation.Object(index: best.round, count: count)
    return explanation(Walk(self, Evaluation(context: context, round: best.round)), object: object)
  }

  private func explanation<Context>(_ walk: Walk<Context>, object: Explanation.Object?) -> Explanation {
    var isDecisive = [Bool](repeating: false, count: parts.count)
    isDecisive[0] = true
    for (number, part) in parts.enumerated() where isDecisive[number] {
      for child in walk.deciding(part, number) { isDecisive[child] = true }
    }
    let shown = parts.indices.map { number in
      Explanation.Part(
        outline: parts[number], value: walk.values[number], isReached: walk.isReached[number],
        isDecisive: isDecisive[number], witness: walk.witness(of: parts[number]))
    }
    return Explanation(holds: walk.holds && object?.count != 0, parts: shown, object: object)
  }

  /// Which ways a condition came out.
  public struct Outcomes: OptionSet, Hashable, Sendable {
    /// One bit a way.
    public let rawValue: UInt8
    /// The ways of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It held.
    public static let holding = Outcomes(rawValue: 1)
    /// It did not.
    public static let failing = Outcomes(rawValue: 2)
    /// It did, and it did not.
    public static let both: Outcomes = [.holding, .failing]
  }

  /// Which way each part comes out as the event in `context` is asked about; neither for a part that is not reached, or
  /// is no condition.
  public func outcomes(in context: some EvaluationContext) -> [Outcomes] {
    var outcomes = [Outcomes](repeating: [], count: parts.count)
    var count = 1
    if let rounds = program.rounds {
      count = Int(min(max(context.value(of: rounds).number, 0), Int64(Program.mostRounds)))
      if count == 0 { outcomes[0] = .failing }
    }
    for round in 0..<count {
      let walk = Walk(self, Evaluation(context: context, round: round))
      for (number, part) in parts.enumerated() where part.isCondition && walk.isReached[number] {
        outcomes[number].insert(walk.values[number].truth ? .holding : .failing)
      }
      if walk.holds { break }
    }
    return outcomes
  }
}

/// The values of all parts, for one event and one object of the register.
private struct Walk<Context: EvaluationContext> {
  let evaluation: Evaluation<Context>
  private(set) var values: [Value]
  private(set) var isReached: [Bool]
  private let outline: Outline

  init(_ outline: Outline, _ evaluation: Evaluation<Context>) {
    self.outline = outline
    self.evaluation = evaluation
    let parts = outline.parts
    values = [Value](repeating: .bool(false), count: parts.count)
    // A child comes behind what it is part of.
    for (number, part) in parts.enumerated().reversed() {
      let children = part.children.lazy.map { [values] in values[$0].truth }
      switch part.kind {
      case .all: values[number] = .bool(children.allSatisfy(\.self))
      case .any: values[number] = .bool(children.contains(true))
      default: values[number] = evaluation.value(of: part.term)
      }
    }
    isReached = [Bool](repeating: false, count: parts.count)
    isReached[0] = true
    for (number, part) in parts.enumerated() where isReached[number] {
      for child in part.children {
        isReached[child] = true
        if part.kind == .all && !values[child].truth || part.kind == .any && values[child].truth { break }
      }
    }
  }

  var holds: Bool { values[0].truth }

  /// How many of the outermost conditions hold.
  var score: Int { outline.parts[0].children.count { values[$0].truth } }

  /// The children that the value of `part` rests on.
  func deciding(_ part: Outline.Part, _ number: Int) -> [Int] {
    let holds = values[number].truth
    switch part.kind {
    case .all where !holds, .any where holds:
      return part.children.first { values[$0].truth == holds }.map { [$0] } ?? []
    default: return part.children
    }
  }

  /// What made the test that `part` is hold.
  func witness(of part: Outline.Part) -> Explanation.Witness? {
    guard part.kind == .test else { return nil }
    var test = part.term
    if case .not(let negated) = test { test = negated }
    guard evaluation.value(of: test).truth else { return nil }
    let (subject, remade): (Term, (Term) -> Term)
    switch test {
    case .matches(let tested, let matcher): (subject, remade) = (tested, { .matches($0, matcher) })
    case .order(let tested, let order, let limit): (subject, remade) = (tested, { .order($0, order, limit) })
    case .age(let tested, let order, let limit): (subject, remade) = (tested, { .age($0, order, limit) })
    case .common(let tested, let others, let ignoringCase):
      (subject, remade) = (tested, { .common($0, others, ignoringCase: ignoringCase) })
    default: return nil
    }
    let elements = evaluation.value(of: subject).elements
    guard let element = elements.first(where: { evaluation.value(of: remade(.constant($0))).truth }) else { return nil }
    var choice: String?
    if !part.choices.isEmpty, case .string(let bytes) = element {
      choice = part.choices.first { $0.matcher.matches(bytes) }?.text
    } else if case .common(_, let others, _) = test, case .ip(let network) = element {
      let networks = evaluation.value(of: others).networks
      if networks.count > 1 { choice = networks.first { $0.overlaps(network) }?.description }
    }
    guard elements.count > 1 || choice != nil else { return nil }
    return Explanation.Witness(element: elements.count > 1 ? element : nil, choice: choice)
  }
}

extension Value {
  /// The elements of a list; of a scalar itself.
  fileprivate var elements: [Value] {
    switch self {
    case .bool, .int, .string, .ip: [self]
    case .bools(let list): list.map(Value.bool)
    case .ints(let list): list.map(Value.int)
    case .strings(let list): list.map(Value.string)
    case .ips(let list): list.map(Value.ip)
    }
  }
}
