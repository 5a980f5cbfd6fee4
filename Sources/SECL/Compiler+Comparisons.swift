/// Comparisons: which operators fit which operands.
extension Compiler {
  // MARK: Scalar operators

  mutating func compare(_ left: Operand, _ found: ComparisonOperator, _ right: Operand, at offset: Int) -> Term? {
    guard let type = left.type else {
      report(.type, at: left.offset, "a list stands only before 'in', 'not in' and 'allin'")
      return nil
    }
    switch type.element {
    case .int: return compareNumbers(left, found, right)
    case .string: return compareTexts(left, found, right)
    default:
      guard expect(type.element, right) else { return nil }
      return equal(.common(left.term, right.term, ignoringCase: false), found, left, right)
    }
  }

  private mutating func compareNumbers(_ left: Operand, _ found: ComparisonOperator, _ right: Operand) -> Term? {
    let leftIsArray = left.type?.isArray == true
    if let duration = right.duration {
      guard found != .notEqual, found != .equal || !leftIsArray else {
        report(.type, at: right.offset, "a duration cannot be compared by '\(found.rawValue)' here")
        return nil
      }
      guard isOrder(found, left, right) else { return nil }
      return left.isSum ? .order(left.term, found, right.term) : .age(left.term, found, duration)
    }
    if right.type != .ints || leftIsArray { guard expect(.int, right) else { return nil } }
    guard isOrder(found, left, right) else { return nil }
    return found == .equal || found == .notEqual
      ? equal(.common(left.term, right.term, ignoringCase: false), found, left, right)
      : .order(left.term, found, right.term)
  }

  private mutating func isOrder(_ found: ComparisonOperator, _ left: Operand, _ right: Operand) -> Bool {
    if found == .matches || found == .doesNotMatch { wrong(found, left, right) }
    return found != .matches && found != .doesNotMatch
  }

  private mutating func compareTexts(_ left: Operand, _ found: ComparisonOperator, _ right: Operand) -> Term? {
    if [left, right].contains(where: { $0.field?.traits.contains(.singleLiteral) == true }) {
      guard found == .equal, left.literal != nil || right.literal != nil else { return refuseSingle(left, right) }
    }
    guard expect(.string, right) else { return nil }
    let isPattern = found == .matches || found == .doesNotMatch
    if isPattern, right.literal == nil {
      report(.nonStaticPattern, at: right.offset, "'\(found.rawValue)' needs a text that is known beforehand")
      return nil
    }
    if let field = left.field, var literal = right.literal {
      if isPattern, literal.kind == .plain { literal.kind = .pattern }
      return matcher([literal], against: field).flatMap { equal(.matches(left.term, $0), found, left, right) }
    }
    if let literal = left.literal, let field = right.field {
      return matcher([literal], against: field).flatMap { equal(.matches(right.term, $0), found, left, right) }
    }
    let common = Term.common(left.term, right.term, ignoringCase: ignoresCase(left, right))
    return equal(common, found, left, right)
  }

  /// `test`, or for a negated operator its opposite; nil for one that asks for an order.
  private mutating func equal(
    _ test: Term, _ found: ComparisonOperator, _ left: Operand, _ right: Operand
  ) -> Term? {
    switch (found, left.type?.element) {
    case (.equal, _), (.matches, .string): return test
    case (.notEqual, _), (.doesNotMatch, .string): return .not(test)
    default:
      wrong(found, left, right)
      return nil
    }
  }

  private mutating func wrong(_ found: ComparisonOperator, _ left: Operand, _ right: Operand) {
    report(
      .operator, at: right.offset, "'\(found.rawValue)' does not compare \(left.described) with \(right.described)")
  }

  // MARK: Array operators

  mutating func member(_ left: Operand, _ found: MembershipOperator, _ right: Operand, at offset: Int) -> Term? {
    if [left, right].contains(where: { $0.field?.traits.contains(.singleLiteral) == true }) {
      return refuseSingle(left, right)
    }
    let test: Term?
    switch (left.content, right.content) {
    case (.typed(.bool), .typed(.bools)), (.typed(.int), .typed(.ints)), (.typed(.ints), .typed(.ints)):
      test = .common(left.term, right.term, ignoringCase: false)
    case (.typed(.string), .texts(let members)), (.typed(.strings), .texts(let members)):
      test = matcher(members, against: left.field).map { .matches(left.term, $0) }
    case (.texts(let members), .typed(.strings)):
      test = matcher(members, against: right.field).map { .matches(right.term, $0) }
    case (.typed(.string), .typed(.strings)):
      if let literal = left.literal, let field = right.field {
        test = matcher([literal], against: field).map { .matches(right.term, $0) }
      } else {
        test = .common(left.term, right.term, ignoringCase: ignoresCase(left, right))
      }
    case (.typed(.strings), .typed(.strings)):
      test = .common(left.term, right.term, ignoringCase: ignoresCase(left, right))
    case (.typed(.ip), .networks), (.typed(.ip), .typed(.ips)), (.networks, .typed(.ip)):
      test = .common(left.term, right.term, ignoringCase: false)
    case (.typed(.ips), .networks), (.networks, .typed(.ips)): test = overlap(left, found, right)
    case (.typed(.ip), .typed(.ip)) where right.isConstant: test = .common(left.term, right.term, ignoringCase: false)
    case (.typed(.ips), .typed(.ip)) where right.isConstant: test = overlap(left, found, right)
    default:
      report(
        .type, at: right.offset,
        "array of \(left.type?.element.rawValue ?? left.described) expected, found \(right.described)")
      return nil
    }
    return found == .notIn ? test.map { .not($0) } : test
  }

  private func overlap(_ left: Operand, _ found: MembershipOperator, _ right: Operand) -> Term {
    found == .allIn ? .allOverlap(left.term, right.term) : .common(left.term, right.term, ignoringCase: false)
  }

  private mutating func refuseSingle(_ left: Operand, _ right: Operand) -> Term? {
    let field = left.field?.traits.contains(.singleLiteral) == true ? left.field : right.field
    report(.ondemand, at: right.offset, "'\(field?.name ?? "")' takes only '==' with one text")
    return nil
  }

  // MARK: Texts

  private func ignoresCase(_ left: Operand, _ right: Operand) -> Bool {
    left.field?.traits.contains(.ignoresCase) == true && !right.insistsOnCase
      || right.field?.traits.contains(.ignoresCase) == true && !left.insistsOnCase
  }

  /// What the texts match when they are compared with `field`, or with something else.
  mutating func matcher(_ literals: [TextLiteral], against field: Field?) -> TextMatcher? {
    let traits = field?.traits ?? []
    let mistakes = diagnostics.count
    var matcher = TextMatcher(ignoringCase: traits.contains(.ignoresCase))
    for literal in literals {
      if let field, let reason = refusal(of: literal, by: field) {
        report(.value, at: literal.offset, "'\(literal.shown)' can never be in '\(field.name)': \(reason)")
        continue
      }
      add(literal, to: &matcher, traits)
    }
    return diagnostics.count == mistakes ? matcher : nil
  }

  private mutating func add(_ literal: TextLiteral, to matcher: inout TextMatcher, _ traits: Field.Traits) {
    var bytes = literal.bytes
    let dot = UInt8(ascii: ".")
    if traits.contains(.extensions), literal.kind != .regexp, let first = bytes.first, first != dot {
      bytes.insert(dot, at: 0)
    }
    switch literal.kind {
    case .plain: matcher.add(exact: bytes)
    case .pattern where traits.contains(.globs):
      guard let glob = Glob(bytes) else {
        return report(.invalidPattern, at: literal.offset, "'\(literal.shown)' has '**' twice")
      }
      matcher.add(glob)
    case .pattern:
      let star = UInt8(ascii: "*")
      guard !zip(bytes, bytes.dropFirst()).contains(where: { $0 == star && $1 == star }) else {
        return report(.invalidPattern, at: literal.offset, "'\(literal.shown)' has '**', which only paths have")
      }
      matcher.add(Pattern(traits.contains(.ignoresCase) ? lowercased(bytes) : bytes))
    case .regexp:
      do {
        matcher.add(try Regexp(traits.contains(.ignoresCase) ? Array("(?i)".utf8) + bytes : bytes))
      } catch {
        report(.invalidRegexp, at: literal.offset, "'\(literal.shown)' is no regular expression: \(error.reason)")
      }
    }
  }

  /// Why `field` can never hold `literal`; nil if it can.
  private func refusal(of literal: TextLiteral, by field: Field) -> String? {
    if field.traits.contains(.short), literal.bytes.count > 16 { return "it has more than 16 bytes" }
    guard field.traits.contains(.paths) else { return nil }
    if literal.kind == .regexp { return "paths take no regular expressions, only patterns" }
    let (slash, star, dot) = (UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(ascii: "."))
    guard let first = literal.bytes.first else { return nil }
    if literal.bytes == [slash] { return nil }
    if literal.bytes == [star] { return "it would match any path; leave the test out" }
    guard first == slash || first == star else { return "it does not start with a slash" }
    let elements = literal.bytes.split(separator: slash, omittingEmptySubsequences: false)
    if elements.count > 1364 { return "it has more than 1363 elements" }
    for (number, element) in elements.enumerated() {
      if element.isEmpty, number == elements.count - 1 { return "it ends in a slash" }
      if element.isEmpty, number > 0 { return "it has two slashes in a row" }
      if element.elementsEqual([dot]) || element.elementsEqual([dot, dot]) { return "it has a '.' or '..' element" }
      if element.count > 255 { return "an element has more than 255 bytes" }
    }
    return nil
  }
}
