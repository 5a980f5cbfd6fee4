/// What can be said of a term without an event.
extension Term {
  /// The terms that it is made of.
  private var parts: [Term] {
    switch self {
    case .constant, .field, .registered, .variable: []
    case .element(let part, _, _), .length(let part), .rootDomain(let part), .not(let part), .negative(let part),
      .complement(let part), .age(let part, _, _), .matches(let part, _):
      [part]
    case .joined(let parts), .logic(let parts, _), .sum(let parts, _), .bits(let parts, _): parts
    case .order(let left, _, let right), .common(let left, let right, _), .allOverlap(let left, let right):
      [left, right]
    }
  }

  /// Whether its answer may change between two rules.
  var asksVariables: Bool { if case .variable = self { true } else { parts.contains { $0.asksVariables } } }

  /// Whether it speaks of the object of a register.
  var asksRegister: Bool { if case .registered = self { true } else { parts.contains { $0.asksRegister } } }

  /// Whether all fields that it reads have `trait`, and nothing else changes its answer, not the time either.
  func readsOnly(_ trait: Field.Traits) -> Bool {
    switch self {
    case .field(let field): field.traits.contains(trait)
    case .registered, .variable, .age: false
    default: parts.allSatisfy { $0.readsOnly(trait) }
    }
  }

  /// The number that it is for every event, where it is one that constants and bits make.
  var constantNumber: Int64? {
    switch self {
    case .constant(.int(let number)): return number
    case .complement(let part): return part.constantNumber.map { ~$0 }
    case .bits(let parts, let operators):
      let numbers = parts.compactMap(\.constantNumber)
      guard numbers.count == parts.count, var result = numbers.last else { return nil }
      for (number, found) in zip(numbers, operators).reversed() {
        result = found.joined(number, result)
      }
      return result
    default: return nil
    }
  }

  /// The cost of the costliest field that it reads.
  var fieldCost: Int {
    switch self {
    case .field(let field), .registered(let field): field.cost
    default: parts.map(\.fieldCost).max() ?? 0
    }
  }

  /// What asking it costs, about, in nanoseconds, its fields being at hand.
  var askingCost: Int {
    let own =
      switch self {
      case .constant: 1
      case .field(let field): field.iterator == nil ? 5 : 100
      case .registered: 10
      case .variable, .joined, .rootDomain: 200
      case .matches(_, let matcher):
        5 + matcher.patterns.count * 10 + matcher.globs.count * 20 + matcher.regexps.count * 200
      default: 2
      }
    return parts.reduce(own) { min($0 + $1.askingCost, 1 << 20) }
  }

  /// The type of what it compares, of the elements for a list.
  var elementType: ValueType {
    switch self {
    case .constant(let value):
      switch value {
      case .bool, .bools: .bool
      case .int, .ints: .int
      case .string, .strings: .string
      case .ip, .ips: .ip
      }
    case .field(let field), .registered(let field): field.type.element
    case .variable(let variable): variable.type.element
    case .element(_, _, let type): type
    case .length, .sum, .bits, .negative, .complement: .int
    case .rootDomain, .joined: .string
    case .not, .logic, .order, .age, .common, .matches, .allOverlap: .bool
    }
  }
}
