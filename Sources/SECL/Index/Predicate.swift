/// A part of a rule that has no logic inside: one question to the event, asked once for all rules that have it. The
/// forms that most have are classes below this one, made ready for them.
class Predicate: @unchecked Sendable {
  // Sendable as all of its properties, and those of the classes below it, are constants that are.
  fileprivate let term: Term
  let validity: Validity
  /// Its number among those of the same validity.
  let number: Int

  /// How long an answer is good.
  enum Validity: Sendable {
    /// It may change between two rules: the predicate asks variables or the object of a register.
    case now
    case event
    /// For all events with the same lasting fields.
    case lasting
    /// For all events with the same recurring fields.
    case recurring

    fileprivate init(_ term: Term) {
      if term.asksVariables || term.asksRegister {
        self = .now
      } else if term.readsOnly(.lasting) {
        self = .lasting
      } else if term.readsOnly(.recurring) {
        self = .recurring
      } else {
        self = .event
      }
    }
  }

  fileprivate init(_ term: Term, _ validity: Validity, number: Int) {
    self.term = term
    self.validity = validity
    self.number = number
  }

  /// The predicate that `term` is; one more is counted.
  static func of(_ term: Term, _ counts: inout PredicateCounts) -> Predicate {
    let validity = Validity(term)
    let number = counts.count(validity)
    switch NumberTest(term) {
    case .masked(let field, let mask, let order, let limit):
      return MaskPredicate(term, validity, number, field, mask, order, limit)
    case .oneOf(let field, let numbers): return NumberPredicate(term, validity, number, field, Set(numbers))
    case nil: break
    }
    guard case .matches(let subject, let matcher) = term else { return Predicate(term, validity, number: number) }
    if case .field(let field) = subject, field.iterator == nil {
      return TextPredicate(term, validity, number, field, TextTest(matcher))
    }
    return WideTextPredicate(term, validity, number, subject, TextTest(matcher))
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

/// How many predicates there are of each validity.
struct PredicateCounts {
  private(set) var now = 0
  private(set) var event = 0
  private(set) var lasting = 0
  private(set) var recurring = 0

  /// Counts one more; its number is that of those before.
  fileprivate mutating func count(_ validity: Predicate.Validity) -> Int {
    func next(_ count: inout Int) -> Int {
      count += 1
      return count - 1
    }
    return switch validity {
    case .now: next(&now)
    case .event: next(&event)
    case .lasting: next(&lasting)
    case .recurring: next(&recurring)
    }
  }
}

/// `(field & mask) order limit`, of one number.
private final class MaskPredicate: Predicate, @unchecked Sendable {
  private let field: Field
  private let mask: Int64
  private let order: ComparisonOperator
  private let limit: Int64

  init(
    _ term: Term, _ validity: Validity, _ number: Int, _ field: Field, _ mask: Int64, _ order: ComparisonOperator,
    _ limit: Int64
  ) {
    self.field = field
    self.mask = mask
    self.order = order
    self.limit = limit
    super.init(term, validity, number: number)
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

  init(_ term: Term, _ validity: Validity, _ number: Int, _ field: Field, _ numbers: Set<Int64>) {
    self.field = field
    self.numbers = numbers
    super.init(term, validity, number: number)
  }

  override func holds(_ reader: some EventReader, _ round: Int) -> Bool {
    reader.anyReading(of: field) { $0.anyNumber(field.type) { numbers.contains($0) } }
  }
}

/// A text of the event, no list of objects, matches.
private final class TextPredicate: Predicate, @unchecked Sendable {
  private let field: Field
  private let test: TextTest

  init(_ term: Term, _ validity: Validity, _ number: Int, _ field: Field, _ test: TextTest) {
    self.field = field
    self.test = test
    super.init(term, validity, number: number)
  }

  override func holds(_ reader: some EventReader, _ round: Int) -> Bool {
    reader.reading(of: field).anyText(field.type) { test.matches($0) }
  }
}

/// Some text of whatever has texts matches.
private final class WideTextPredicate: Predicate, @unchecked Sendable {
  private let subject: Term
  private let test: TextTest

  init(_ term: Term, _ validity: Validity, _ number: Int, _ subject: Term, _ test: TextTest) {
    self.subject = subject
    self.test = test
    super.init(term, validity, number: number)
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
