/// What a part of an expression came to for one event, and what the parts inside of it did.
public struct Explanation: Sendable {
  /// What is written there.
  public let text: String
  /// Where it stands in the rule, in bytes; below a macro's name, in the macro.
  public let range: Range<Int>
  /// What it came to.
  public let value: Value
  /// The field, if it is one.
  public let field: Field?
  /// The operands of an operator, from left to right; what a macro's name stands for.
  public let parts: [Explanation]
  /// Whether the part is one that has no say any more, as the ones before it have decided.
  public let isMoot: Bool
  /// Whether it is made of conditions: by `&&`, `||` or `!`, or as the name of a macro.
  public let isLogic: Bool

  /// Comparisons and conditions without logic inside.
  public var comparisons: [Explanation] {
    guard case .bool = value else { return [] }
    return isLogic ? parts.flatMap(\.comparisons) : [self]
  }

  /// The fields that it reads, with what they held.
  public var fields: [Explanation] { field == nil ? parts.flatMap(\.fields) : [self] }
}

/// The way to a program's answer.
public struct Verdict: Sendable {
  /// Whether the program holds.
  public let holds: Bool
  /// For a program with a register the object that is spoken of: the first for which it holds, or else the first; nil
  /// without one.
  public let object: Int?
  /// The whole expression.
  public let explanation: Explanation
}

extension Program {
  /// The answer of `holds(in:)` and what it comes from. Slow; meant for people who ask why.
  public func explain(in context: some EvaluationContext) -> Verdict {
    guard let rounds else {
      let explanation = outline.explanation(Evaluation(context: context, round: 0), isMoot: false)
      return Verdict(holds: explanation.value.truth, object: nil, explanation: explanation)
    }
    let count = Int(min(max(context.value(of: rounds).number, 0), Int64(Self.mostRounds)))
    let holding = (0..<count).first { Evaluation(context: context, round: $0).value(of: root).truth }
    let explanation = outline.explanation(Evaluation(context: context, round: holding ?? 0), isMoot: false)
    return Verdict(holds: holding != nil, object: holding ?? (count > 0 ? 0 : nil), explanation: explanation)
  }
}

extension Outline {
  fileprivate func explanation(_ evaluation: Evaluation<some EvaluationContext>, isMoot: Bool) -> Explanation {
    let field: Field? =
      switch term {
      case .field(let field), .registered(let field): parts.isEmpty ? field : nil
      default: nil
      }
    // Operators nest to the right, so that the first operand that settles its operator settles all that follow.
    var isSettled = isMoot
    var explanations: [Explanation] = []
    for (index, part) in parts.enumerated() {
      let explanation = part.explanation(evaluation, isMoot: isSettled)
      explanations.append(explanation)
      if case .logic(_, let operators) = term, parts.count > 1, index < operators.count {
        isSettled = isSettled || explanation.value.truth == (operators[index] == .or)
      }
    }
    let isChain = if case .logic = term { true } else { false }
    return Explanation(
      text: source.text(range), range: range, value: evaluation.value(of: term), field: field, parts: explanations,
      isMoot: isMoot, isLogic: isChain || parts.count == 1)
  }
}
