/// What an event must have for a program to hold: less than the program asks, and never more. For those who look at events
/// before they have all that rules may ask of.
package struct Requirement: Hashable, Sendable {
  /// `field & mask` lies in `range`, and is one of `members` if there are some; or not, if it is inverted.
  package struct Number: Hashable, Sendable {
    package let field: Field
    package let mask: Int64
    package let range: ClosedRange<Int64>
    package let members: [Int64]
    package let isInverted: Bool
  }

  /// Some text of the field looks like one of these; `nil` where it cannot be said how.
  package struct Text: Hashable, Sendable {
    package let field: Field
    package let shapes: Set<Shape>?
    /// Whether it holds for a field that has no text.
    package let admitsNothing: Bool
  }

  /// What a text looks like.
  package enum Shape: Hashable, Sendable {
    case exact([UInt8])
    /// Elements between slashes from the first on, and others up to the last, `nil` for one that is not told whole. With
    /// `back` there may be more between them.
    case path(front: [[UInt8]?], back: [[UInt8]?]?)
  }

  package private(set) var numbers: Set<Number> = []
  package private(set) var texts: Set<Text> = []

  /// Alternatives of one program; with more of them any event will do.
  private static let mostAlternatives = 64
  /// Conditions of one alternative; others are left out.
  private static let mostConditions = 12
}

extension Program {
  /// Of these alternatives one has to be met whole. None: the program never holds; an empty one: any event may do.
  package var requirements: [Requirement] { Array(Requirement.alternatives(of: root, isTrue: true)) }
}

extension Requirement {
  private static let anything: Set<Requirement> = [Requirement()]

  fileprivate static func alternatives(of term: Term, isTrue: Bool) -> Set<Requirement> {
    switch term {
    case .constant(let value): return value.truth == isTrue ? anything : []
    case .not(let operand): return alternatives(of: operand, isTrue: !isTrue)
    case .logic(let operands, let operators):
      guard let last = operands.last else { return anything }
      // Right-nested: what follows an operator is one operand.
      var whole = alternatives(of: last, isTrue: isTrue)
      for (operand, found) in zip(operands, operators).reversed() {
        let other = alternatives(of: operand, isTrue: isTrue)
        whole = (found == .and) == isTrue ? both(whole, other) : either(whole, other)
      }
      return whole
    default:
      if let number = Number(term, isTrue: isTrue) { return [Requirement(numbers: [number])] }
      if isTrue, let text = Text(term) { return [Requirement(texts: [text])] }
      return anything
    }
  }

  private static func either(_ one: Set<Requirement>, _ other: Set<Requirement>) -> Set<Requirement> {
    let all = one.union(other)
    return all.count > mostAlternatives || all.contains(Requirement()) ? anything : all
  }

  private static func both(_ one: Set<Requirement>, _ other: Set<Requirement>) -> Set<Requirement> {
    if one == anything || other.isEmpty { return other }
    if other == anything || one.isEmpty { return one }
    // Either half alone is something that has to be met.
    guard one.count * other.count <= mostAlternatives else { return one.count < other.count ? one : other }
    return Set(one.flatMap { one in other.map { one.and($0) } })
  }

  private func and(_ other: Requirement) -> Requirement {
    var both = self
    for number in other.numbers where both.numbers.count < Self.mostConditions { both.numbers.insert(number) }
    for text in other.texts where both.texts.count < Self.mostConditions { both.texts.insert(text) }
    return both
  }
}

// MARK: Conditions

extension Requirement.Number {
  fileprivate init?(_ term: Term, isTrue: Bool) {
    switch NumberTest(term) {
    case .masked(let field, let mask, let order, let limit):
      let isNegation = order == .notEqual || order == .doesNotMatch
      guard let range = Self.range(order, limit) else { return nil }
      self.init(field: field, mask: mask, range: range, members: [], isInverted: isNegation == isTrue)
    case .oneOf(let field, let members) where isTrue && field.type == .int && field.iterator == nil:
      guard let least = members.min(), let greatest = members.max() else { return nil }
      self.init(field: field, mask: -1, range: least...greatest, members: members.sorted(), isInverted: false)
    case .oneOf, nil: return nil
    }
  }

  private static func range(_ order: ComparisonOperator, _ limit: Int64) -> ClosedRange<Int64>? {
    switch order {
    case .equal, .matches, .notEqual, .doesNotMatch: limit...limit
    case .greaterOrEqual: limit...Int64.max
    case .lessOrEqual: Int64.min...limit
    case .greater: limit == .max ? nil : limit + 1...Int64.max
    case .less: limit == .min ? nil : Int64.min...limit - 1
    }
  }
}

extension Requirement.Text {
  fileprivate init?(_ term: Term) {
    guard case .matches(.field(let field), let matcher) = term, field.iterator == nil else { return nil }
    let isTold = !matcher.ignoresCase && matcher.regexps.isEmpty && matcher.patterns.allSatisfy { !$0.hasStar }
    let exact = matcher.exact.map { Requirement.Shape.exact($0) } + matcher.patterns.map { .exact($0.start) }
    self.init(
      field: field, shapes: isTold ? Set(exact + matcher.globs.map(\.shape)) : nil, admitsNothing: matcher.matches([]))
  }
}

extension Glob {
  fileprivate var shape: Requirement.Shape {
    if let literal { return .exact(literal) }
    func told(_ elements: [Pattern]) -> [[UInt8]?] { elements.map { $0.hasStar ? nil : $0.start } }
    // Behind a first star the elements are counted from another place.
    guard !startsInsideRoot else { return .path(front: [], back: told(back ?? front)) }
    return .path(front: told(front), back: back.map(told))
  }
}
