/// A part of a rule that has no logic inside: one question to the event, asked once for all rules that have it. The
/// forms that most have are classes below this one, made ready for them.
class Predicate: @unchecked Sendable {
  // Sendable as all of its properties, and those of the classes below it, are constants that are.
  fileprivate let term: Term

  fileprivate init(_ term: Term) { self.term = term }

  /// What asking it costs, see `Term.askingCost`.
  var cost: Int { term.askingCost }

  /// The predicate that `term` is.
  static func of(_ term: Term) -> Predicate {
    switch NumberTest(term) {
    case .masked(let field, let mask, let order, let limit):
      return MaskPredicate(term, field, mask, order, limit)
    case .oneOf(let field, let numbers): return NumberPredicate(term, field, Set(numbers))
    case nil: break
    }
    guard case .matches(let subject, let matcher) = term else { return Predicate(term) }
    if case .field(let field) = subject, field.iterator == nil {
      return TextPredicate(term, field, TextTest(matcher))
    }
    return WideTextPredicate(term, subject, TextTest(matcher))
  }

  /// Whether it holds; with a register, for the object number `round`.
  func holds(_ reader: some EventReader, _ round: Int) -> Bool {
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
      if case .variable(let variable) = right {
        haveCommon(left, reader.value(of: variable).texts, ignoringCase, reader, round)
      } else {
        left.anyText(reader, round) { one in
          right.anyText(reader, round) { areSame(one, $0, ignoringCase) }
        }
      }
    default: term.truth(reader, round)
    }
  }

  /// What rules remember is mostly nothing, and what is compared with it may have to be made.
  private func haveCommon(
    _ left: Term, _ texts: [[UInt8]], _ ignoringCase: Bool, _ reader: some EventReader, _ round: Int
  ) -> Bool {
    !texts.isEmpty
      && left.anyText(reader, round) { one in texts.contains { areSame(one, $0.span, ignoringCase) } }
  }

  private func areSame(_ one: Span<UInt8>, _ other: Span<UInt8>, _ ignoringCase: Bool) -> Bool {
    one.count == other.count
      && (ignoringCase ? one.withLowercased { one in other.withLowercased { one.equals($0) } } : one.equals(other))
  }
}

/// `(field & mask) order limit`, of one number.
private final class MaskPredicate: Predicate, @unchecked Sendable {
  private let field: Field
  private let mask: Int64
  private let order: ComparisonOperator
  private let limit: Int64

  init(_ term: Term, _ field: Field, _ mask: Int64, _ order: ComparisonOperator, _ limit: Int64) {
    self.field = field
    self.mask = mask
    self.order = order
    self.limit = limit
    super.init(term)
  }

  override func holds(_ reader: some EventReader, _ round: Int) -> Bool {
    guard case .int(let number) = reader.reading(of: field) else { return isOrdered(0, order, limit) }
    return isOrdered(number & mask, order, limit)
  }
}

/// Some number is one of these.
private final class NumberPredicate: Predicate, @unchecked Sendable {
  private let field: Field
  private let numbers: Set<Int64>

  init(_ term: Term, _ field: Field, _ numbers: Set<Int64>) {
    self.field = field
    self.numbers = numbers
    super.init(term)
  }

  override func holds(_ reader: some EventReader, _ round: Int) -> Bool {
    reader.anyReading(of: field) { $0.anyNumber(field.type) { numbers.contains($0) } }
  }
}

/// A text of the event, no list of objects, matches.
private final class TextPredicate: Predicate, @unchecked Sendable {
  private let field: Field
  private let test: TextTest

  init(_ term: Term, _ field: Field, _ test: TextTest) {
    self.field = field
    self.test = test
    super.init(term)
  }

  override func holds(_ reader: some EventReader, _ round: Int) -> Bool {
    reader.reading(of: field).anyText(field.type, lengths: test.lengths) { test.matches($0) }
  }
}

/// Some text of whatever has texts matches.
private final class WideTextPredicate: Predicate, @unchecked Sendable {
  private let subject: Term
  private let test: TextTest

  init(_ term: Term, _ subject: Term, _ test: TextTest) {
    self.subject = subject
    self.test = test
    super.init(term)
  }

  override func holds(_ reader: some EventReader, _ round: Int) -> Bool {
    subject.anyText(reader, round) { test.matches($0) }
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
