/// What a program asks, apart from the order and the number of times in which it says so: two programs with one meaning
/// hold for the same events.
public struct Meaning: Hashable, Sendable {
  private let eventType: String?
  private let rounds: Field?
  private let assertion: Assertion

  fileprivate init(_ program: Program) {
    eventType = program.eventType
    rounds = program.rounds
    assertion = Assertion(program.root, isTrue: true)
  }

  /// Whether there is no event that it holds for. Not all such programs are found.
  public var isNeverTrue: Bool { assertion.isImpossible }
}

extension Program {
  /// What it asks.
  public var meaning: Meaning { Meaning(self) }

  /// The variables that it reads.
  public var variables: Set<Variable> { root.variables }
}

extension ValueProgram {
  /// The variables that it reads.
  public var variables: Set<Variable> { program.variables }
}

extension Scope {
  /// The names of constants, macros and fields in the expression `text`; none if it cannot be parsed.
  public static func names(in text: String) -> Set<String> {
    guard let syntax = try? Parser.macro(text) else { return [] }
    return Set(syntax.kinds.compactMap { if case .identifier(let name) = $0 { name } else { nil } })
  }
}

extension Term {
  fileprivate var variables: Set<Variable> {
    switch self {
    case .variable(let variable): [variable]
    case .constant, .field, .registered: []
    case .element(let part, _, _), .length(let part), .rootDomain(let part), .not(let part), .negative(let part),
      .complement(let part), .age(let part, _, _), .matches(let part, _):
      part.variables
    case .joined(let parts), .logic(let parts, _), .sum(let parts, _), .bits(let parts, _):
      parts.reduce(into: []) { $0.formUnion($1.variables) }
    case .order(let left, _, let right), .common(let left, let right, _), .allOverlap(let left, let right):
      left.variables.union(right.variables)
    }
  }
}

/// A tree of conditions with all negations moved to its leaves.
private indirect enum Assertion: Hashable, Sendable {
  case all(Set<Assertion>)
  case any(Set<Assertion>)
  case leaf(Term, isTrue: Bool)

  init(_ term: Term, isTrue: Bool) {
    switch term {
    case .not(let operand): self.init(operand, isTrue: !isTrue)
    case .logic(let operands, let operators):
      // Right-nested: what follows an operator is one operand.
      var whole = operands.last.map { Assertion($0, isTrue: isTrue) } ?? .leaf(.constant(.bool(true)), isTrue: isTrue)
      for (operand, found) in zip(operands, operators).reversed() {
        whole = Assertion(operand, isTrue: isTrue).joined(with: whole, byAnd: (found == .and) == isTrue)
      }
      self = whole
    default: self = .leaf(term, isTrue: isTrue)
    }
  }

  private func joined(with other: Assertion, byAnd: Bool) -> Assertion {
    func parts(_ assertion: Assertion) -> Set<Assertion> {
      switch assertion {
      case .all(let parts) where byAnd: parts
      case .any(let parts) where !byAnd: parts
      default: [assertion]
      }
    }
    let parts = parts(self).union(parts(other))
    if let only = parts.first, parts.count == 1 { return only }
    return byAnd ? .all(parts) : .any(parts)
  }

  var isImpossible: Bool {
    switch self {
    case .leaf(.constant(let value), let isTrue): return value.truth != isTrue
    case .leaf: return Bounds.areContradictory([self])
    case .any(let parts): return parts.allSatisfy(\.isImpossible)
    case .all(let parts):
      if parts.contains(where: \.isImpossible) { return true }
      let isDenied = parts.contains { part in
        if case .leaf(let term, let isTrue) = part { parts.contains(.leaf(term, isTrue: !isTrue)) } else { false }
      }
      return isDenied || Bounds.areContradictory(parts)
    }
  }

  /// What conditions that hold together leave of the values of one field.
  private struct Bounds {
    var least = Int64.min
    var greatest = Int64.max
    var numbers: Set<Int64>?
    var texts: Set<[UInt8]>?

    var isEmpty: Bool {
      least > greatest || texts?.isEmpty == true
        || numbers.map { !$0.contains { $0 >= least && $0 <= greatest } } == true
    }

    static func areContradictory(_ parts: Set<Assertion>) -> Bool {
      var bounds: [Field: Bounds] = [:]
      for case .leaf(let term, let isTrue) in parts {
        switch term {
        case .common(.field(let field), .constant(let value), false) where field.isSingle && isTrue:
          bounds[field, default: Bounds()].keep(value)
        case .matches(.field(let field), let matcher) where field.isSingle && isTrue && matcher.isExact:
          bounds[field, default: Bounds()].keep(.strings(Array(matcher.exact)))
        case .order(.field(let field), let order, .constant(.int(let limit))) where field.isSingle:
          bounds[field, default: Bounds()].keep(order, limit, isTrue)
        default: break
        }
      }
      return bounds.values.contains(where: \.isEmpty)
    }

    private mutating func keep(_ value: Value) {
      switch value {
      case .int, .ints: numbers = numbers?.intersection(value.numbers) ?? Set(value.numbers)
      case .string, .strings: texts = texts?.intersection(value.texts) ?? Set(value.texts)
      default: break
      }
    }

    private mutating func keep(_ order: ComparisonOperator, _ limit: Int64, _ isTrue: Bool) {
      switch (order, isTrue) {
      case (.greater, true), (.lessOrEqual, false):
        least = max(least, limit == .max ? limit : limit + 1)
      case (.greaterOrEqual, true), (.less, false): least = max(least, limit)
      case (.less, true), (.greaterOrEqual, false):
        greatest = min(greatest, limit == .min ? limit : limit - 1)
      case (.lessOrEqual, true), (.greater, false): greatest = min(greatest, limit)
      default: break
      }
    }
  }
}

extension TextMatcher {
  /// Whether it stands for the texts that are `exact`, and no others.
  fileprivate var isExact: Bool { !ignoresCase && patterns.isEmpty && globs.isEmpty && regexps.isEmpty }
}

extension Field {
  /// Whether it has one value. A file goes by several names and paths, and a list has many elements.
  fileprivate var isSingle: Bool {
    iterator == nil && !type.isArray && !name.hasSuffix(".path") && !name.hasSuffix(".name")
  }
}
