/// Parses an expression by recursive descent. Chains of one precedence level are loops; only brackets, unary operators
/// and chained comparisons recurse, to a fixed depth.
struct Parser {
  /// Brackets, unary operators and comparisons may nest this deep.
  static let deepest = 200

  private let tokens: [Token]
  private var next = 0
  private var depth = 0
  private var syntax: Syntax

  private init(_ source: SourceText) throws(Diagnostic) {
    tokens = try Lexer.tokens(of: source)
    syntax = Syntax(source: source)
  }

  /// The rule or other expression that `text` is.
  static func expression(_ text: String) throws(Diagnostic) -> Syntax {
    var parser = try Parser(SourceText(text))
    parser.syntax.root = try parser.expression()
    return try parser.finished()
  }

  /// The body of a macro: an expression or a list.
  static func macro(_ text: String) throws(Diagnostic) -> Syntax {
    var parser = try Parser(SourceText(text))
    parser.syntax.root = try parser.isNext("[") ? parser.array() : parser.expression()
    return try parser.finished()
  }

  private mutating func finished() throws(Diagnostic) -> Syntax {
    guard token.kind == .end else { throw unexpected() }
    return syntax
  }

  // MARK: Levels, loosest first

  private mutating func expression() throws(Diagnostic) -> Syntax.Node {
    let start = token.range.lowerBound
    var operands = [try comparison()]
    var operators: [LogicOperator] = []
    while let found = logicOperator() {
      operators.append(found)
      operands.append(try comparison())
    }
    return operators.isEmpty ? operands[0] : add(.logic(operands, operators), from: start)
  }

  private mutating func comparison() throws(Diagnostic) -> Syntax.Node {
    let start = token.range.lowerBound
    let left = try sum()
    if let found = try membershipOperator() {
      let right = try array()
      return add(.membership(left, found, right), from: start)
    }
    if let found = comparisonOperator() {
      let right = try deeper { parser throws(Diagnostic) in try parser.comparison() }
      return add(.comparison(left, found, right), from: start)
    }
    return left
  }

  private mutating func sum() throws(Diagnostic) -> Syntax.Node {
    let start = token.range.lowerBound
    var operands = [try bits()]
    var operators: [SumOperator] = []
    while isNext("+") || isNext("-") {
      operators.append(take("+") ? .plus : .minus)
      if operators.last == .minus { _ = take("-") }
      operands.append(try bits())
    }
    return operators.isEmpty ? operands[0] : add(.sum(operands, operators), from: start)
  }

  private mutating func bits() throws(Diagnostic) -> Syntax.Node {
    let start = token.range.lowerBound
    var operands = [try unary()]
    var operators: [BitOperator] = []
    while let found = bitOperator() {
      operators.append(found)
      operands.append(try unary())
    }
    return operators.isEmpty ? operands[0] : add(.bits(operands, operators), from: start)
  }

  private mutating func unary() throws(Diagnostic) -> Syntax.Node {
    let start = token.range.lowerBound
    let found: UnaryOperator
    if isNext("!") || isWord("not") {
      found = .not
    } else if isNext("-") {
      found = .minus
    } else if isNext("^") {
      found = .complement
    } else {
      return try primary()
    }
    next += 1
    let operand = try deeper { parser throws(Diagnostic) in try parser.unary() }
    return add(.unary(found, operand), from: start)
  }

  private mutating func primary() throws(Diagnostic) -> Syntax.Node {
    let start = token.range.lowerBound
    if take("(") {
      let inner = try deeper { parser throws(Diagnostic) in try parser.expression() }
      guard take(")") else { throw unexpected() }
      syntax.enclose(inner, in: extent(from: start))
      return inner
    }
    return add(try literal(), from: start)
  }

  /// A primary that is one token.
  private mutating func literal() throws(Diagnostic) -> Syntax.Kind {
    let kind: Syntax.Kind
    switch token.kind {
    case .identifier: kind = .identifier(text(token.range))
    case .cidr, .ip: kind = .network(text(token.range))
    case .integer: kind = .integer(try integer())
    case .duration: kind = .duration(try duration())
    case .variable: kind = .variable(text(braced))
    case .fieldReference: kind = .fieldReference(text(braced))
    case .string, .pattern, .regexp: kind = .text(textLiteral())
    case .punctuation, .end: throw unexpected()
    }
    next += 1
    return kind
  }

  // MARK: Lists

  private mutating func array() throws(Diagnostic) -> Syntax.Node {
    let start = token.range.lowerBound
    switch token.kind {
    case .cidr, .variable, .fieldReference, .identifier: return add(try literal(), from: start)
    default: break
    }
    guard take("[") else { throw unexpected() }
    let kind: Syntax.Kind
    switch token.kind {
    case .string, .pattern, .regexp:
      kind = .texts(
        try members { parser throws(Diagnostic) in
          guard [.string, .pattern, .regexp].contains(parser.token.kind) else { throw parser.unexpected() }
          return parser.textLiteral()
        })
    case .ip, .cidr:
      kind = .networks(
        try members { parser throws(Diagnostic) in
          guard [.ip, .cidr].contains(parser.token.kind) else { throw parser.unexpected() }
          return parser.syntax.add(.network(parser.text(parser.token.range)), at: parser.token.range)
        })
    case .integer:
      kind = .integers(
        try members { parser throws(Diagnostic) in
          guard parser.token.kind == .integer else { throw parser.unexpected() }
          return try parser.integer()
        })
    case .identifier:
      kind = .identifiers(
        try members { parser throws(Diagnostic) in
          guard parser.token.kind == .identifier else { throw parser.unexpected() }
          return parser.syntax.add(.identifier(parser.text(parser.token.range)), at: parser.token.range)
        })
    default: throw unexpected()
    }
    return add(kind, from: start)
  }

  /// Members up to the closing bracket; `member` reads the current token and leaves it in place.
  private mutating func members<Member>(
    _ member: (inout Parser) throws(Diagnostic) -> Member
  ) throws(Diagnostic) -> [Member] {
    var members: [Member] = []
    repeat {
      members.append(try member(&self))
      next += 1
    } while take(",")
    guard take("]") else { throw gluedBracket() ?? unexpected() }
    return members
  }

  /// The bracket that should close a list was taken for the end of its last name.
  private func gluedBracket() -> Diagnostic? {
    let last = tokens[next - 1]
    let name = text(last.range)
    guard last.kind == .identifier, name.utf8.last == UInt8(ascii: "]") else { return nil }
    return syntax.source.diagnostic(
      .syntax, at: last.range.lowerBound, "'\(short(name))' is one name: a blank is missing before the bracket")
  }

  // MARK: Operators

  private mutating func logicOperator() -> LogicOperator? {
    if take("&", "&") { return .and }
    if take("|", "|") { return .or }
    if isWord("and") || isWord("or") {
      defer { next += 1 }
      return isWord("and") ? .and : .or
    }
    return nil
  }

  private mutating func comparisonOperator() -> ComparisonOperator? {
    if take(">", "=") { return .greaterOrEqual }
    if take(">") { return .greater }
    if take("<", "=") { return .lessOrEqual }
    if take("<") { return .less }
    if take("!", "=") { return .notEqual }
    if take("=", "=") { return .equal }
    if take("=", "~") { return .matches }
    if take("!", "~") { return .doesNotMatch }
    return nil
  }

  private mutating func membershipOperator() throws(Diagnostic) -> MembershipOperator? {
    if isWord("in") || isWord("allin") {
      defer { next += 1 }
      return isWord("in") ? .isIn : .allIn
    }
    guard isWord("not") else { return nil }
    next += 1
    guard isWord("in") else { throw unexpected() }
    next += 1
    return .notIn
  }

  private mutating func bitOperator() -> BitOperator? {
    // `&&` and `||` are two tokens each, and they bind looser.
    if isNext("&"), !isNext("&", ahead: 1) { return take("&") ? .and : nil }
    if isNext("|"), !isNext("|", ahead: 1) { return take("|") ? .or : nil }
    return take("^") ? .exclusiveOr : nil
  }

  // MARK: Values of tokens

  private func textLiteral() -> TextLiteral {
    let kind: TextLiteral.Kind =
      switch token.kind {
      case .pattern: .pattern
      case .regexp: .regexp
      default: .plain
      }
    let body = token.range.lowerBound + (kind == .plain ? 1 : 2)..<token.range.upperBound - 1
    return TextLiteral(kind: kind, bytes: Array(syntax.source.bytes[body]), offset: token.range.lowerBound)
  }

  private func integer() throws(Diagnostic) -> Int64 {
    let digits = text(token.range)
    let magnitude = digits.drop { $0 == "+" || $0 == "-" }
    let isOctal = magnitude.count > 1 && magnitude.first == "0"
    guard let value = Int64(digits, radix: isOctal ? 8 : 10) else {
      let reason = isOctal ? "'\(short(digits))' is no octal number" : "'\(short(digits))' does not fit in 64 bits"
      throw syntax.source.diagnostic(.syntax, at: token.range.lowerBound, reason)
    }
    return value
  }

  private func duration() throws(Diagnostic) -> Int64 {
    let written = text(token.range)
    let units = ["s": Int64(1_000_000_000), "m": 60_000_000_000, "h": 3_600_000_000_000, "ms": 1_000_000]
    let digits = written.prefix { $0.isNumber }
    guard let unit = units[String(written.dropFirst(digits.count).prefix(8))], written.count - digits.count <= 2 else {
      throw syntax.source.diagnostic(
        .syntax, at: token.range.lowerBound, "'\(short(written))' has no unit of time; use ms, s, m or h")
    }
    guard let count = Int64(digits), case (let value, let overflow) = count.multipliedReportingOverflow(by: unit),
      !overflow
    else {
      throw syntax.source.diagnostic(
        .syntax, at: token.range.lowerBound, "'\(short(written))' is longer than 64 bits of nanoseconds")
    }
    return value
  }

  /// What stands between the braces of a variable or a field reference.
  private var braced: Range<Int> { token.range.lowerBound + 2..<token.range.upperBound - 1 }

  // MARK: Tokens

  private var token: Token { tokens[min(next, tokens.count - 1)] }

  /// From `start` to the end of the last token that was taken.
  private func extent(from start: Int) -> Range<Int> {
    start..<max(start, next > 0 ? tokens[next - 1].range.upperBound : start)
  }

  /// Adds the node whose tokens start at byte `start` and have all been taken.
  private mutating func add(_ kind: Syntax.Kind, from start: Int) -> Syntax.Node {
    syntax.add(kind, at: extent(from: start))
  }

  private func text(_ range: Range<Int>) -> String { syntax.source.text(range) }

  private func isNext(_ mark: Unicode.Scalar, ahead: Int = 0) -> Bool {
    next + ahead < tokens.count && tokens[next + ahead].kind == .punctuation(UInt8(ascii: mark))
  }

  private func isWord(_ word: String) -> Bool {
    token.kind == .identifier && syntax.source.bytes[token.range].elementsEqual(word.utf8)
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard isNext(mark) else { return false }
    next += 1
    return true
  }

  private mutating func take(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
    guard isNext(first), isNext(second, ahead: 1) else { return false }
    next += 2
    return true
  }

  private mutating func deeper(
    _ body: (inout Parser) throws(Diagnostic) -> Syntax.Node
  ) throws(Diagnostic) -> Syntax.Node {
    guard depth < Self.deepest else {
      throw syntax.source.diagnostic(
        .syntax, at: token.range.lowerBound, "nested deeper than \(Self.deepest) levels")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private func unexpected() -> Diagnostic {
    let what = token.kind == .end ? "end of the expression" : "'\(short(text(token.range)))'"
    return syntax.source.diagnostic(.syntax, at: token.range.lowerBound, "unexpected \(what)")
  }
}

/// `text`, cut to a length that one can read.
func short(_ text: String) -> String { text.utf8.count <= 80 ? text : String(text.prefix(79)) + "…" }
