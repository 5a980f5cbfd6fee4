/// A compiled expression: a tree in which every name is resolved and every operation is known to fit its operands.
///
/// An operation on a list asks for any of its elements; on a scalar, for the only one. Negations are `not` around the
/// positive question, so that on a list they say "none".
indirect enum Term: Hashable, Sendable {
  case constant(Value)
  case field(Field)
  /// Of the object that the register stands for in this round.
  case registered(Field)
  case variable(Variable)
  /// An element of a list; the zero value of the type if the list is shorter.
  case element(Term, Int, ValueType)
  case length(Term)
  case rootDomain(Term)
  /// Values as text, one after the other.
  case joined([Term])

  case not(Term)
  case logic([Term], [LogicOperator])
  case sum([Term], [SumOperator])
  case bits([Term], [BitOperator])
  case negative(Term)
  case complement(Term)

  /// Some element of the left is in that order to some element of the right.
  case order(Term, ComparisonOperator, Term)
  /// The time since some element is in that order to so many nanoseconds.
  case age(Term, ComparisonOperator, Int64)
  /// The two have a value in common; networks, if they overlap.
  case common(Term, Term, ignoringCase: Bool)
  /// Some text matches.
  case matches(Term, TextMatcher)
  /// Every network of the left overlaps every one of the right.
  case allOverlap(Term, Term)
}
