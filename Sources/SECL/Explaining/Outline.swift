/// A rule's expression taken apart, so that one can show how it comes to its answer.
public struct Outline: Sendable {
  /// A part of the expression that has a value of its own.
  public struct Part: Sendable {
    /// What it does with its children.
    public enum Kind: Hashable, Sendable {
      /// Holds if all of them do. The language nests to the right: `a && b || c` is all of `a` and any of `b` and `c`.
      case all
      /// Holds if one of them does.
      case any
      case not
      /// Has the value of the one child, the body of the macro that it names.
      case macro
      /// Compares them with each other, or with what is known beforehand.
      case test
      /// A field, a variable or what is computed from them.
      case value
    }

    /// What it does with its children.
    public let kind: Kind
    /// Whether it stands in the body of a macro, and not in the expression.
    public let isInMacro: Bool
    /// Whether it is true or false, rather than a number or a text.
    public let isCondition: Bool
    /// The field that it is, if it is one.
    public let field: Field?
    /// Numbers of its parts, without those that are known beforehand.
    public internal(set) var children: [Int]
    let term: Term
    /// The texts that it looks for, if there are several.
    let choices: [Choice]
    fileprivate let source: SourceText
    fileprivate let extent: Range<Int>

    /// How it is written, in the expression or in the body of a macro.
    public var text: String { source.text(extent) }

    /// Where in that text it stands.
    public var position: SourcePosition { source.position(of: extent.lowerBound) }
  }

  /// One of the texts of a list.
  struct Choice: Sendable {
    let text: String
    let matcher: TextMatcher
  }

  /// The parts; the first is the whole, and a child comes behind what it is part of.
  public let parts: [Part]
  /// The whole, ready to be asked.
  public let program: Program
}

extension Scope {
  /// The rule `text`, taken apart.
  ///
  /// - Throws: what compiling it throws.
  public func outline(rule text: String) throws(CompilationError) -> Outline {
    let syntax: Syntax
    do { syntax = try Parser.expression(text) } catch { throw CompilationError(diagnostics: [error]) }
    var compiler = Compiler(scope: self, syntax: syntax, keepingParts: true)
    let operand = compiler.compile()
    let eventType = compiler.checkRule(operand)
    let program = try compiler.program(operand, eventType: eventType)
    var outliner = Outliner(scope: self)
    outliner.add(syntax.root, of: compiler, inMacros: 0)
    return Outline(parts: outliner.parts, program: program)
  }
}

/// Makes the parts of an expression that has been compiled.
private struct Outliner {
  /// Macros inside of each other whose bodies are shown.
  private static let deepestMacro = 16
  /// Parts behind which macros are no longer opened: they could double at each level.
  private static let mostParts = 4096
  /// Changes between `&&` and `||` that nest.
  private static let mostTurns = 32

  let scope: Scope
  private(set) var parts: [Outline.Part] = []

  init(scope: Scope) { self.scope = scope }

  /// Adds `node` with all that it is made of, and returns its number.
  @discardableResult
  mutating func add(_ node: Syntax.Node, of compiler: Compiler, inMacros depth: Int) -> Int {
    let syntax = compiler.syntax
    switch syntax[node] {
    case .logic(let nodes, let operators):
      return add(nodes[...], operators[...], from: syntax.extents[node.index], turns: 0, of: compiler, inMacros: depth)
    case .unary(.not, let operand):
      return append(.not, node, of: compiler, depth) { [$0.add(operand, of: compiler, inMacros: depth)] }
    case .comparison(let left, _, let right), .membership(let left, _, let right):
      return append(.test, node, of: compiler, depth) { $0.add([left, right], of: compiler, inMacros: depth) }
    case .sum(let nodes, _), .bits(let nodes, _):
      return append(.value, node, of: compiler, depth) { $0.add(nodes, of: compiler, inMacros: depth) }
    case .unary(_, let operand):
      return append(.value, node, of: compiler, depth) { $0.add([operand], of: compiler, inMacros: depth) }
    case .identifier(let name):
      // A constant hides a macro of the same name.
      guard compiler.constant(name, at: 0) == nil, let text = scope.macros[name]?.text else { break }
      return append(.macro, node, of: compiler, depth) { $0.addBody(text, inMacros: depth + 1) }
    default: break
    }
    return append(.value, node, of: compiler, depth) { _ in [] }
  }

  /// Adds those of `nodes` that are not known beforehand.
  private mutating func add(_ nodes: [Syntax.Node], of compiler: Compiler, inMacros depth: Int) -> [Int] {
    nodes.filter { compiler.parts?[$0.index]?.isConstant == false }.map { add($0, of: compiler, inMacros: depth) }
  }

  /// Adds what the operators of one chain join: one part for each run of the same operator, and what follows in it.
  private mutating func add(
    _ nodes: ArraySlice<Syntax.Node>, _ operators: ArraySlice<LogicOperator>, from extent: Range<Int>, turns: Int,
    of compiler: Compiler, inMacros depth: Int
  ) -> Int {
    guard let first = operators.first else {
      return nodes.first.map { add($0, of: compiler, inMacros: depth) } ?? 0
    }
    let run = operators.prefix { $0 == first }.count
    let number = parts.count
    let term = Term.logic(
      nodes.map { compiler.parts?[$0.index]?.term ?? .constant(.bool(false)) }, Array(operators))
    parts.append(
      part(
        turns < Self.mostTurns ? (first == .and ? .all : .any) : .value, compiler.syntax, extent,
        isInMacro: depth > 0, term: term, isCondition: true))
    guard turns < Self.mostTurns else { return number }
    var children = nodes.prefix(run).map { add($0, of: compiler, inMacros: depth) }
    let rest = nodes.dropFirst(run)
    if let next = rest.first {
      let start = compiler.syntax.extents[next.index].lowerBound
      children.append(
        add(
          rest, operators.dropFirst(run), from: start..<max(start, extent.upperBound), turns: turns + 1,
          of: compiler, inMacros: depth))
    }
    parts[number].children = children
    return number
  }

  private mutating func addBody(_ text: String, inMacros depth: Int) -> [Int] {
    guard depth <= Self.deepestMacro, parts.count < Self.mostParts, let syntax = try? Parser.macro(text) else {
      return []
    }
    var compiler = Compiler(scope: scope, syntax: syntax, keepingParts: true)
    guard compiler.compile()?.isConstant == false else { return [] }
    return [add(syntax.root, of: compiler, inMacros: depth)]
  }

  private mutating func append(
    _ kind: Outline.Part.Kind, _ node: Syntax.Node, of compiler: Compiler, _ depth: Int,
    children: (inout Outliner) -> [Int]
  ) -> Int {
    let operand = compiler.parts?[node.index]
    let number = parts.count
    parts.append(
      part(
        kind, compiler.syntax, compiler.syntax.extents[node.index], isInMacro: depth > 0,
        term: operand?.term ?? .constant(.bool(false)), isCondition: operand?.type == .bool, field: operand?.field,
        choices: kind == .test ? choices(of: node, compiler) : []))
    parts[number].children = children(&self)
    return number
  }

  private func part(
    _ kind: Outline.Part.Kind, _ syntax: Syntax, _ extent: Range<Int>, isInMacro: Bool, term: Term,
    isCondition: Bool, field: Field? = nil, choices: [Outline.Choice] = []
  ) -> Outline.Part {
    Outline.Part(
      kind: kind, isInMacro: isInMacro, isCondition: isCondition, field: field, children: [], term: term,
      choices: choices, source: syntax.source, extent: extent)
  }

  /// The texts that a test looks for, each by itself.
  private func choices(of node: Syntax.Node, _ compiler: Compiler) -> [Outline.Choice] {
    guard case .membership(let left, _, let right) = compiler.syntax[node], let left = compiler.parts?[left.index],
      let right = compiler.parts?[right.index]
    else { return [] }
    var compiler = compiler
    for (list, other) in [(right, left), (left, right)] {
      guard case .texts(let literals) = list.content, literals.count > 1 else { continue }
      return literals.compactMap { literal in
        let prefix = [.plain: "", .pattern: "~", .regexp: "r"][literal.kind] ?? ""
        return compiler.matcher([literal], against: other.field).map {
          Outline.Choice(text: "\(prefix)\"\(literal.shown)\"", matcher: $0)
        }
      }
    }
    return []
  }
}
