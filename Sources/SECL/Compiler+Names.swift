/// Names and literals.
extension Compiler {
  mutating func identifier(_ name: String, at offset: Int) -> Operand? {
    if let constant = constant(name, at: offset) { return constant }
    if let macro = scope.macros[name] { return use(macro, at: offset) }
    return field(name, at: offset)
  }

  func constant(_ name: String, at offset: Int) -> Operand? {
    if name == "true" || name == "false" { return .constant(.bool(name == "true"), .bool, at: offset) }
    if let value = ConstantGroup.values[name] { return .constant(.int(value), .int, at: offset) }
    return scope.catalogue.textConstants[name].map { .constant(.strings($0), .strings, at: offset) }
  }

  /// A list of names, which must be constants of one scalar type.
  mutating func constants(_ members: [Syntax.Node], at offset: Int) -> Operand? {
    var values: [Value] = []
    var type: ValueType?
    for member in members {
      guard case .identifier(let name) = syntax[member] else { return nil }
      let place = syntax.offset(of: member)
      guard let constant = constant(name, at: place), case .constant(let value) = constant.term,
        let found = constant.type, !found.isArray
      else {
        report(.mixedList, at: place, "'\(short(name))' is no constant; a list of names holds only constants")
        return nil
      }
      guard type == nil || type == found else {
        report(
          .mixedList, at: place, "'\(short(name))' is \(found.rawValue); the list began with \(type?.rawValue ?? "")")
        return nil
      }
      type = found
      values.append(value)
    }
    return type == .bool
      ? .constant(.bools(values.map(\.truth)), .bools, at: offset)
      : .constant(.ints(values.map(\.number)), .ints, at: offset)
  }

  private mutating func use(_ macro: CompiledMacro, at offset: Int) -> Operand? {
    for field in macro.fields { note(field, at: offset) }
    if let register = macro.register, !enter(register, at: offset) { return nil }
    return macro.operand.moved(to: offset)
  }

  // MARK: Fields

  private mutating func field(_ written: String, at offset: Int) -> Operand? {
    var name = written
    var index: Int?
    if name.utf8.last == UInt8(ascii: "]"), let bracket = name.lastIndex(of: "[") {
      let digits = name[name.index(after: bracket)...].dropLast()
      if !digits.isEmpty, digits.utf8.allSatisfy(isDigit) {
        // An index that does not fit is behind the end of any list.
        index = Int(digits) ?? .max
        name = String(name[..<bracket])
      }
    }
    var hasRegister = false
    if let (register, rest) = registerName(in: name) {
      guard enter(register.name, iterator: register.iterator, at: offset) else { return nil }
      hasRegister = true
      name = rest
    }
    guard let field = scope.catalogue.field(named: name) else {
      let scope = scope
      report(
        .fieldNotFound, at: offset,
        scope.absences[written].map { "macro '\(written)' \($0)" }
          ?? "unknown field '\(short(written))'\(scope.hint(for: written, in: scope.names))")
      return nil
    }
    note(field, at: offset)
    let isOfObject = hasRegister && field.iterator == register?.iterator
    let type = field.iterator != nil && !isOfObject ? field.type.array : field.type
    var operand = Operand(isOfObject ? .registered(field) : .field(field), type, at: offset)
    if let index {
      guard type.isArray else {
        report(.arrayIndex, at: offset, "'\(field.name)' is no list, it has no element \(index)")
        return nil
      }
      operand = Operand(.element(operand.term, index, type.element), type.element, at: offset)
    }
    operand.origin = .field(field)
    return operand
  }

  /// The first `[name]` in a field's name, what stands before it, and the field's name without it.
  private func registerName(in name: String) -> (register: (name: String, iterator: String), rest: String)? {
    guard let open = name.firstIndex(of: "["), let close = name[open...].firstIndex(of: "]") else { return nil }
    let register = name[name.index(after: open)..<close]
    guard !register.isEmpty, register.utf8.allSatisfy({ isLetter($0) || isDigit($0) }) else { return nil }
    return ((String(register), String(name[..<open])), String(name[..<open] + name[name.index(after: close)...]))
  }

  private mutating func enter(_ name: String, iterator: String, at offset: Int) -> Bool {
    guard name != "_" else {
      report(.iterator, at: offset, "'_' cannot be the name of a register")
      return false
    }
    guard let length = scope.catalogue.length(ofIterator: iterator), let canonical = length.iteratorOfLength else {
      report(
        .iterator, at: offset, "'\(short(iterator))' is no list of objects, so '[\(short(name))]' cannot go through it")
      return false
    }
    return enter(Register(name: name, iterator: canonical, length: length), at: offset)
  }

  private mutating func enter(_ new: Register, at offset: Int) -> Bool {
    guard let old = register else {
      register = new
      return true
    }
    if old.name != new.name {
      report(.iterator, at: offset, "a second register '\(short(new.name))'; the rule has '\(short(old.name))'")
    } else if old.iterator != new.iterator {
      report(.iterator, at: offset, "register '\(short(new.name))' already goes through '\(old.iterator)'")
    }
    return old == new
  }

  // MARK: Variables and references

  mutating func variable(_ name: String, at offset: Int) -> Operand? {
    if let variable = scope.variables[name] {
      var operand = Operand(.variable(variable), variable.type, at: offset)
      operand.origin = .indirect
      return operand
    }
    if let owner = name.removing(suffix: ".length"), let variable = scope.variables[owner] {
      guard variable.type.isArray || variable.type == .string else {
        report(.variableLength, at: offset, "variable '\(short(owner))' is \(variable.type.rawValue), it has no length")
        return nil
      }
      return Operand(.length(.variable(variable)), .int, at: offset)
    }
    let scope = scope
    report(
      .unknownVariable, at: offset,
      "unknown variable '\(short(name))'\(scope.hint(for: name, in: Array(scope.variables.keys)))")
    return nil
  }

  /// - Parameter counts: whether the field counts as one that the rule reads.
  mutating func fieldReference(_ name: String, at offset: Int, counts: Bool = true) -> Operand? {
    var operand: Operand
    let found: Field
    if let field = scope.catalogue.field(named: name) {
      found = field
      operand = Operand(.field(field), field.iterator == nil ? field.type : field.type.array, at: offset)
    } else if let owner = name.removing(suffix: ".length"), let field = scope.catalogue.field(named: owner),
      field.iterator != nil || field.type.isArray || field.type == .string
    {
      found = field
      operand = Operand(.length(.field(field)), .int, at: offset)
    } else if let owner = name.removing(suffix: ".root_domain"), let field = scope.catalogue.field(named: owner),
      field.type.element == .string
    {
      found = field
      operand = Operand(
        .rootDomain(.field(field)), field.iterator == nil ? field.type : field.type.array, at: offset)
    } else {
      let scope = scope
      report(
        .unknownFieldReference, at: offset,
        "unknown field '\(short(name))'\(scope.hint(for: name, in: scope.catalogue.fieldNames))")
      return nil
    }
    if counts { note(found, at: offset) }
    operand.origin = .indirect
    return operand
  }

  // MARK: Literals

  mutating func text(_ literal: TextLiteral) -> Operand? {
    guard literal.kind == .plain, let pieces = pieces(of: literal) else {
      var operand = Operand.constant(.string(literal.bytes), .string, at: literal.offset)
      operand.origin = .literal(literal)
      operand.size = 1
      return operand
    }
    guard pieces.allSatisfy({ $0 != nil }) else { return nil }
    let parts = pieces.compactMap(\.self)
    var operand = result(.joined(parts.map(\.term)), of: parts, .string, at: literal.offset)
    operand?.origin = .indirect
    operand?.isConstant = false
    return operand
  }

  /// The parts of a text with `${…}` or `%{…}` in it, nil each if it is wrong; nil if there are none.
  private mutating func pieces(of literal: TextLiteral) -> [Operand?]? {
    var pieces: [Operand?] = []
    var plain: [UInt8] = []
    var isPlain = true
    var rest = literal.bytes[...]
    while let first = rest.first {
      if first == UInt8(ascii: "$") || first == UInt8(ascii: "%"), rest.dropFirst().first == UInt8(ascii: "{") {
        // Without a closing brace here there is none behind either.
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { break }
        let name = String(decoding: rest[(rest.startIndex + 2)..<close], as: UTF8.self)
        if !plain.isEmpty { pieces.append(.constant(.string(plain), .string, at: literal.offset)) }
        plain = []
        pieces.append(interpolated(name, isVariable: first == UInt8(ascii: "$"), at: literal.offset))
        isPlain = false
        rest = rest[(close + 1)...]
      } else {
        plain.append(first)
        rest = rest.dropFirst()
      }
    }
    plain += rest
    if isPlain { return nil }
    if !plain.isEmpty { pieces.append(.constant(.string(plain), .string, at: literal.offset)) }
    return pieces
  }

  private mutating func interpolated(_ name: String, isVariable: Bool, at offset: Int) -> Operand? {
    let value = isVariable ? variable(name, at: offset) : fieldReference(name, at: offset, counts: false)
    guard let value, let type = value.type else { return nil }
    guard type.element == .string || type.element == .int else {
      report(.variableType, at: offset, "'\(short(name))' is \(type.rawValue) and cannot be part of a text")
      return nil
    }
    return value
  }

  mutating func network(_ text: String, at offset: Int) -> IPNetwork? {
    if text == "::" {
      report(.invalidIP, at: offset, "'::' alone is refused; write ::/128 for the address, ::/0 for all of IPv6")
      return nil
    }
    guard let network = IPNetwork(text) else {
      report(.invalidIP, at: offset, "'\(short(text))' is no address or network")
      return nil
    }
    return network
  }
}

extension String {
  /// What stands before `suffix`; nil without it.
  fileprivate func removing(suffix: String) -> String? { hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil }
}

extension Field {
  /// For the field that counts an iterator's objects, the iterator.
  fileprivate var iteratorOfLength: String? {
    name.removing(suffix: ".length")
  }
}
