/// The forms that most tests of numbers have.
enum NumberTest {
  /// `(field & mask) order limit`, of one number.
  case masked(Field, mask: Int64, ComparisonOperator, limit: Int64)
  /// Some number of the field is one of these.
  case oneOf(Field, [Int64])

  /// Nil if `term` has another form.
  init?(_ term: Term) {
    switch term {
    case .order(let left, let order, .constant(.int(let limit))): self.init(left, order, limit)
    case .common(let left, .constant(.int(let number)), _): self.init(left, .equal, number)
    case .common(.field(let field), .constant(.ints(let numbers)), _) where field.type.element == .int:
      self = .oneOf(field, numbers)
    default: return nil
    }
  }

  private init?(_ left: Term, _ order: ComparisonOperator, _ limit: Int64) {
    switch left {
    case .field(let field) where field.type == .int && field.iterator == nil:
      self = .masked(field, mask: -1, order, limit: limit)
    case .bits(let operands, let operators) where operators == [.and] && operands.count == 2:
      switch (operands[0], operands[1]) {
      case (.field(let field), .constant(let mask)), (.constant(let mask), .field(let field)):
        self = .masked(field, mask: mask.number, order, limit: limit)
      default: return nil
      }
    default: return nil
    }
  }
}
