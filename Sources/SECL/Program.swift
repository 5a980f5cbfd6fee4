/// An expression that is compiled and ready to be asked. Asking always ends with an answer: the tree's size and depth
/// are bounded when it is made, and nothing in it loops, recurses into itself or throws.
public struct Program: Sendable {
  /// The event type whose events it is asked about; nil for an expression that needs none.
  public let eventType: String?
  /// The fields it reads, in the order of their first use.
  public let fields: [Field]

  let root: Term
  /// The iterator whose objects the register goes through, given by the field that counts them.
  let rounds: Field?

  /// Objects of an iterator that a register visits.
  public static let mostRounds = 100

  /// Whether the expression holds. With a register: for at least one object.
  public func holds(in context: some EvaluationContext) -> Bool {
    guard let rounds else { return Evaluation(context: context, round: 0).value(of: root).truth }
    let count = min(max(context.value(of: rounds).number, 0), Int64(Self.mostRounds))
    return (0..<Int(count)).contains { Evaluation(context: context, round: $0).value(of: root).truth }
  }
}

extension Program {
  /// The value, which need not be a bool. With a register: that of the first object.
  func value(in context: some EvaluationContext) -> Value { Evaluation(context: context, round: 0).value(of: root) }
}

/// One walk over a tree.
struct Evaluation<Context: EvaluationContext> {
  let context: Context
  let round: Int

  func value(of term: Term) -> Value {
    switch term {
    case .constant(let value): return value
    case .field(let field): return context.value(of: field)
    case .registered(let field): return context.value(of: field, at: round) ?? field.type.zero
    case .variable(let variable): return context.value(of: variable)
    case .element(let list, let index, let type): return value(of: list).element(index) ?? type.zero
    case .length(let measured): return .int(Int64(value(of: measured).length))
    case .rootDomain(let name): return rootDomains(value(of: name))
    case .joined(let pieces): return .string(pieces.flatMap { text(value(of: $0)) })

    case .not(let operand): return .bool(!value(of: operand).truth)
    case .logic(let operands, let operators): return .bool(logic(operands, operators))
    case .sum(let operands, let operators): return .int(sum(operands, operators))
    case .bits(let operands, let operators): return .int(bits(operands, operators))
    case .negative(let operand): return .int(0 &- value(of: operand).number)
    case .complement(let operand): return .int(~value(of: operand).number)

    case .order(let left, let order, let right):
      let right = value(of: right).numbers
      return .bool(value(of: left).numbers.contains { one in right.contains { isOrdered(one, order, $0) } })
    case .age(let time, let order, let limit):
      return .bool(value(of: time).numbers.contains { isOrdered(context.now &- $0, order, limit) })
    case .common(let left, let right, let ignoringCase):
      return .bool(haveCommon(value(of: left), value(of: right), ignoringCase: ignoringCase))
    case .matches(let subject, let matcher):
      return .bool(value(of: subject).texts.contains { matcher.matches($0) })
    case .allOverlap(let left, let right):
      let right = value(of: right).networks
      return .bool(value(of: left).networks.allSatisfy { one in right.allSatisfy { one.overlaps($0) } })
    }
  }

  // MARK: Operators

  /// Right-nested: `a && b || c` is `a && (b || c)`. So the first operand that settles its operator settles the rest.
  private func logic(_ operands: [Term], _ operators: [LogicOperator]) -> Bool {
    for (operand, found) in zip(operands, operators) {
      switch (found, value(of: operand).truth) {
      case (.and, false): return false
      case (.or, true): return true
      default: break
      }
    }
    return operands.last.map { value(of: $0).truth } ?? false
  }

  private func sum(_ operands: [Term], _ operators: [SumOperator]) -> Int64 {
    var total = operands.first.map { value(of: $0).number } ?? 0
    for (operand, found) in zip(operands.dropFirst(), operators) {
      let number = value(of: operand).number
      total = found == .plus ? total &+ number : total &- number
    }
    return total
  }

  private func bits(_ operands: [Term], _ operators: [BitOperator]) -> Int64 {
    var result = operands.last.map { value(of: $0).number } ?? 0
    for (operand, found) in zip(operands, operators).reversed() {
      result = found.joined(value(of: operand).number, result)
    }
    return result
  }

  private func haveCommon(_ left: Value, _ right: Value, ignoringCase: Bool) -> Bool {
    switch left {
    case .bool, .bools:
      let right = right.truths
      return left.truths.contains { right.contains($0) }
    case .int, .ints: return share(left.numbers, right.numbers)
    case .string, .strings:
      let (left, right) = (left.texts, right.texts)
      return ignoringCase ? share(left.map(lowercased), right.map(lowercased)) : share(left, right)
    case .ip, .ips:
      let right = right.networks
      return left.networks.contains { one in right.contains { one.overlaps($0) } }
    }
  }

  /// Whether the two have an element in common, in time that does not grow with the product of their lengths.
  private func share<Element: Hashable>(_ left: [Element], _ right: [Element]) -> Bool {
    guard left.count > 4, right.count > 4 else { return left.contains { right.contains($0) } }
    return !Set(left).isDisjoint(with: right)
  }

  // MARK: Texts

  private func text(_ value: Value) -> [UInt8] {
    switch value {
    case .int(let number): Array(String(number).utf8)
    case .string(let bytes): bytes
    case .ints(let list): Array(list.map(String.init).joined(separator: ",").utf8)
    case .strings(let list): Array(list.joined(separator: [UInt8(ascii: ",")]))
    case .bool, .bools, .ip, .ips: []
    }
  }

  private func rootDomains(_ value: Value) -> Value {
    guard case .strings(let names) = value else { return .string(value.texts.first.map(rootDomain) ?? []) }
    var seen: Set<[UInt8]> = []
    return .strings(names.map(rootDomain).filter { seen.insert($0).inserted })
  }
}
