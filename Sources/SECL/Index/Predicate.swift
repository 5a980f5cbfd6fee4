/// A part of a rule that has no logic inside: one question to the event, asked once for all rules that have it.
final class Predicate: Sendable {
  /// The forms that most predicates have, made ready for them.
  enum Form: Sendable {
    /// `(field & mask) order number`, of one number.
    case masked(Field, mask: Int64, ComparisonOperator, Int64)
    case oneOf(Field, Set<Int64>)
    case text(Term, TextTest)
    case other
  }

  let term: Term
  let form: Form
  /// Whether its answer is the same all through an event: it asks neither variables nor an object of a register.
  let isSteady: Bool
  /// What asking it costs, about, in nanoseconds.
  let cost: Int
  /// Whether it reads a field that is not at hand.
  let isCostly: Bool

  init(_ term: Term) {
    self.term = term
    form = Form(term)
    isSteady = !term.asksVariables && !term.asksRegister
    isCostly = term.fieldCost > 0
    cost = term.askingCost + term.fieldCost * 1_000
  }

  /// Whether it holds; with a register, for the object number `round`.
  func holds(_ reader: some EventReader, _ round: Int) -> Bool {
    switch form {
    case .masked(let field, let mask, let order, let limit):
      guard case .int(let number) = reader.reading(of: field) else { return isOrdered(0, order, limit) }
      return isOrdered(number & mask, order, limit)
    case .oneOf(let field, let numbers):
      return reader.anyReading(of: field) { $0.anyNumber(field.type) { numbers.contains($0) } }
    case .text(let subject, let test): return subject.anyText(reader, round) { test.matches($0) }
    case .other: return otherHolds(reader, round)
    }
  }

  private func otherHolds(_ reader: some EventReader, _ round: Int) -> Bool {
    switch term {
    case .order(let left, let order, let right):
      right.anyNumber(reader, round) { limit in left.anyNumber(reader, round) { isOrdered($0, order, limit) } }
    case .age(let time, let order, let limit):
      time.anyNumber(reader, round) { isOrdered(reader.now &- $0, order, limit) }
    case .common(let left, let right, let ignoringCase): haveCommon(left, right, ignoringCase, reader, round)
    default: term.truth(reader, round)
    }
  }

  private func haveCommon(
    _ left: Term, _ right: Term, _ ignoringCase: Bool, _ reader: some EventReader, _ round: Int
  ) -> Bool {
    switch left.elementType {
    case .int: left.anyNumber(reader, round) { one in right.anyNumber(reader, round) { one == $0 } }
    case .ip: left.anyNetwork(reader, round) { one in right.anyNetwork(reader, round) { one.overlaps($0) } }
    case .string:
      left.anyText(reader, round) { one in
        right.anyText(reader, round) { other in
          one.count == other.count
            && (ignoringCase
              ? one.withLowercased { one in other.withLowercased { one.equals($0) } } : one.equals(other))
        }
      }
    default: term.truth(reader, round)
    }
  }
}

extension Predicate.Form {
  fileprivate init(_ term: Term) {
    switch term {
    case .matches(let subject, let matcher): self = .text(subject, TextTest(matcher))
    case .order(let left, let order, .constant(.int(let limit))): self = Self.masked(left, order, limit) ?? .other
    case .common(let left, .constant(.int(let number)), _): self = Self.masked(left, .equal, number) ?? .other
    case .common(.field(let field), .constant(.ints(let numbers)), _) where field.type.element == .int:
      self = .oneOf(field, Set(numbers))
    default: self = .other
    }
  }

  private static func masked(_ left: Term, _ order: ComparisonOperator, _ limit: Int64) -> Self? {
    switch left {
    case .field(let field) where field.type == .int && field.iterator == nil:
      .masked(field, mask: -1, order, limit)
    case .bits(let operands, let operators) where operators == [.and] && operands.count == 2:
      switch (operands[0], operands[1]) {
      case (.field(let field), let other), (let other, .field(let field)):
        other.constantNumber.map { .masked(field, mask: $0, order, limit) }
      default: nil
      }
    default: nil
    }
  }
}

func isOrdered(_ left: Int64, _ order: ComparisonOperator, _ right: Int64) -> Bool {
  switch order {
  case .greaterOrEqual: left >= right
  case .greater: left > right
  case .lessOrEqual: left <= right
  case .less: left < right
  case .equal, .matches: left == right
  case .notEqual, .doesNotMatch: left != right
  }
}
