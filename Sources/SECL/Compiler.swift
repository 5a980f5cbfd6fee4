/// Checks an expression and makes its tree. Goes on after a mistake, so that one pass finds as many as it can.
struct Compiler {
  /// Calls inside of each other that an evaluation may need, and steps that it may take.
  static let deepest = 500
  static let largest = 1_000_000
  /// Mistakes that are told of one expression.
  static let mostDiagnostics = 20

  let scope: Scope
  let syntax: Syntax
  private(set) var diagnostics: [Diagnostic] = []
  /// Fields in the order of their first use, with the place of it.
  private(set) var fields: [(field: Field, offset: Int)] = []
  /// What each node became, by its index; nil if nobody wants to know.
  private(set) var parts: [Int: Operand]?
  private var noted: Set<Int> = []
  var register: Register?

  init(scope: Scope, syntax: Syntax, keepingParts: Bool = false) {
    self.scope = scope
    self.syntax = syntax
    parts = keepingParts ? [:] : nil
  }

  // MARK: Results

  mutating func compile() -> Operand? { operand(syntax.root) }

  mutating func macro() throws(CompilationError) -> CompiledMacro {
    let operand = compile()
    guard diagnostics.isEmpty, let operand else { throw CompilationError(diagnostics: diagnostics) }
    return CompiledMacro(operand: operand, fields: fields.map(\.field), register: register)
  }

  func program(_ operand: Operand?, eventType: String?) throws(CompilationError) -> Program {
    guard diagnostics.isEmpty, let operand else { throw CompilationError(diagnostics: diagnostics) }
    return Program(eventType: eventType, fields: fields.map(\.field), root: operand.term, rounds: register?.length)
  }

  /// Makes sure that the whole is a bool.
  mutating func checkTruth(_ operand: Operand?) { _ = operand.map { expect(.bool, $0) } }

  /// Makes sure that the whole is a bool about one type of event, and tells which.
  mutating func checkRule(_ operand: Operand?) -> String? {
    checkTruth(operand)
    guard diagnostics.isEmpty else { return nil }
    guard let first = fields.first(where: { $0.field.eventType != nil }), let eventType = first.field.eventType else {
      report(.noEvent, at: syntax.offset(of: syntax.root), "no field says which type of event the rule is about")
      return nil
    }
    for (field, offset) in fields {
      if let other = field.eventType, other != eventType {
        report(
          .multipleEventTypes, at: offset,
          "'\(field.name)' belongs to '\(other)' events, '\(first.field.name)' to '\(eventType)' events")
      } else if !field.onlyWith.isEmpty, !field.onlyWith.contains(eventType) {
        report(
          .fieldNotAvailable, at: offset,
          "'\(field.name)' is not available with '\(eventType)' events, only with \(field.onlyWith.joined(separator: ", "))"
        )
      }
    }
    return eventType
  }

  // MARK: Mistakes

  mutating func report(_ kind: Diagnostic.Kind, at offset: Int, _ message: @autoclosure () -> String) {
    // More would help nobody, and each costs a walk over the text and perhaps a search for a better name.
    if diagnostics.count < Self.mostDiagnostics {
      diagnostics.append(syntax.source.diagnostic(kind, at: offset, message()))
    }
  }

  /// Whether `operand` is of type `type`; reports it if not.
  mutating func expect(_ type: ValueType, _ operand: Operand) -> Bool {
    if operand.type == type { return true }
    report(.type, at: operand.offset, "\(type.rawValue) expected, found \(operand.described)")
    return false
  }

  /// Remembers that the expression reads `field`.
  mutating func note(_ field: Field, at offset: Int) {
    if noted.insert(field.index).inserted { fields.append((field, offset)) }
  }

  // MARK: Nodes

  mutating func operand(_ node: Syntax.Node) -> Operand? {
    let operand = made(of: node)
    parts?[node.index] = operand
    return operand
  }

  private mutating func made(of node: Syntax.Node) -> Operand? {
    let offset = syntax.offset(of: node)
    switch syntax[node] {
    case .identifier(let name): return identifier(name, at: offset)
    case .network(let text): return network(text, at: offset).map { .network($0, at: offset) }
    case .integer(let value): return .constant(.int(value), .int, at: offset)
    case .duration(let value):
      var operand = Operand.constant(.int(value), .int, at: offset)
      operand.duration = value
      return operand
    case .variable(let name): return variable(name, at: offset)
    case .fieldReference(let name): return fieldReference(name, at: offset)
    case .text(let literal): return text(literal)
    case .texts(let literals): return .texts(literals, at: offset)
    case .networks(let members):
      let networks = members.map { member -> IPNetwork? in
        guard case .network(let text) = syntax[member] else { return nil }
        return network(text, at: syntax.offset(of: member))
      }
      guard networks.allSatisfy({ $0 != nil }) else { return nil }
      var list = Operand(
        .constant(.ips(networks.compactMap(\.self))), .networks(networks.compactMap(\.self)), at: offset)
      list.isConstant = true
      list.size = networks.count
      return list
    case .integers(let values): return .constant(.ints(values), .ints, at: offset)
    case .identifiers(let members): return constants(members, at: offset)
    case .logic(let nodes, let operators):
      return combined(nodes, .bool, at: offset) { .logic($0, operators) }
    case .sum(let nodes, let operators):
      var sum = combined(nodes, .int, at: offset) { .sum($0, operators) }
      sum?.isSum = true
      return sum
    case .bits(let nodes, let operators): return bits(nodes, operators, at: offset)
    case .unary(let found, let node): return unary(found, node, at: offset)
    case .comparison(let left, let found, let right):
      let (left, right) = (operand(left), operand(right))
      guard let left, let right else { return nil }
      return compare(left, found, right, at: offset).flatMap { result($0, of: [left, right], .bool, at: offset) }
    case .membership(let left, let found, let right):
      let (left, right) = (operand(left), operand(right))
      guard let left, let right else { return nil }
      return member(left, found, right, at: offset).flatMap { result($0, of: [left, right], .bool, at: offset) }
    }
  }

  /// The operand that `term` is, made of `parts`; nil if it grows too large.
  mutating func result(_ term: Term, of parts: [Operand], _ type: ValueType, at offset: Int) -> Operand? {
    var operand = Operand(term, type, at: offset)
    operand.size = parts.reduce(1) { $0 + $1.size }
    operand.depth = (parts.map(\.depth).max() ?? 0) + 1
    operand.isConstant = parts.allSatisfy(\.isConstant)
    guard operand.depth <= Self.deepest, operand.size <= Self.largest else {
      report(.syntax, at: offset, "with its macros this is nested too deeply or too large to be evaluated")
      return nil
    }
    return operand
  }

  private mutating func combined(
    _ nodes: [Syntax.Node], _ type: ValueType, at offset: Int, _ make: ([Term]) -> Term
  ) -> Operand? {
    guard let parts = operands(nodes, type) else { return nil }
    return result(make(parts.map(\.term)), of: parts, type, at: offset)
  }

  /// The operands that `nodes` are, all of type `type`; nil if one is not.
  private mutating func operands(_ nodes: [Syntax.Node], _ type: ValueType) -> [Operand]? {
    var parts: [Operand] = []
    for node in nodes {
      if let part = operand(node), expect(type, part) { parts.append(part) }
    }
    return parts.count == nodes.count ? parts : nil
  }

  private mutating func bits(_ nodes: [Syntax.Node], _ operators: [BitOperator], at offset: Int) -> Operand? {
    guard let parts = operands(nodes, .int) else { return nil }
    if let second = parts.lazy.filter({ !$0.isConstant }).dropFirst().first {
      report(.bitmask, at: second.offset, "only one side of a bit operator may depend on the event")
      return nil
    }
    let term = Term.bits(parts.map(\.term), operators)
    // A mask of several flags is one number, found once.
    return result(term.constantNumber.map { .constant(.int($0)) } ?? term, of: parts, .int, at: offset)
  }

  private mutating func unary(_ found: UnaryOperator, _ node: Syntax.Node, at offset: Int) -> Operand? {
    let type = found == .not ? ValueType.bool : .int
    guard let part = operand(node), expect(type, part) else { return nil }
    let term: Term =
      switch found {
      case .not: .not(part.term)
      case .minus: .negative(part.term)
      case .complement: .complement(part.term)
      }
    return result(term, of: [part], type, at: offset)
  }
}

extension Operand {
  static func constant(_ value: Value, _ type: ValueType, at offset: Int) -> Operand {
    var operand = Operand(.constant(value), type, at: offset)
    operand.isConstant = true
    operand.size = max(value.length, 1)
    return operand
  }

  static func network(_ network: IPNetwork, at offset: Int) -> Operand {
    .constant(.ip(network), .ip, at: offset)
  }

  static func texts(_ literals: [TextLiteral], at offset: Int) -> Operand {
    var operand = Operand(.constant(.strings(literals.map(\.bytes))), .texts(literals), at: offset)
    operand.isConstant = true
    operand.size = max(literals.count, 1)
    return operand
  }
}
