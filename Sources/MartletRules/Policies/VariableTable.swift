import SECL

/// The variables that the set actions of all rules define.
struct VariableTable {
  private(set) var definitions: [VariableDefinition] = []
  private var numbers: [String: Int] = [:]

  /// Why an action cannot be used.
  struct Mistake: Error { let message: String }

  /// All variables, for the scope of expressions.
  var variables: [Variable] { definitions.map(\.variable) }

  /// The number of the variable that `set` assigns to.
  func number(of set: SetEntry) -> Int? {
    guard let name = set.name else { return nil }
    let scope = set.scope?.text ?? ""
    return numbers[scope.isEmpty ? name.text : "\(scope).\(name.text)"]
  }

  /// Takes in what `set` defines.
  mutating func define(_ set: SetEntry) throws(Mistake) {
    guard let name = set.name?.text, !name.isEmpty else { throw Mistake(message: "'set' needs a name") }
    guard isName(name) else {
      throw Mistake(message: "'\(short(name))' is no name of a variable: letters, digits and _ only")
    }
    guard [set.value != nil, set.field != nil, set.expression != nil].count(where: \.self) == 1 else {
      throw Mistake(message: "'set' needs one of value, field and expression")
    }
    guard set.expression == nil || set.defaultValue != nil else {
      throw Mistake(message: "'set' with an expression needs a default_value, which says the variable's type")
    }
    let scope = try scope(of: set)
    let type = try type(of: set)
    let variable = VariableDefinition(
      name: name, scope: scope, type: type, defaultValue: defaultValue(of: set, type: type),
      size: set.size > 0 ? Int(clamping: set.size) : VariableDefinition.defaultSize, ttl: set.ttl,
      isPrivate: set.isPrivate, isInherited: set.isInherited)
    let fullName = variable.variable.name
    guard ![Variable.processID, .uuid4].contains(where: { $0.name == fullName }),
      Catalogue.shared.field(named: fullName) == nil
    else { throw Mistake(message: "'\(fullName)' is a field; a variable needs another name") }
    guard !ConstantGroup.isConstant(name) else {
      throw Mistake(message: "'\(name)' is a constant; a variable needs another name")
    }
    try insert(variable, as: fullName)
  }

  private mutating func insert(_ variable: VariableDefinition, as fullName: String) throws(Mistake) {
    guard let number = numbers[fullName] else {
      numbers[fullName] = definitions.count
      definitions.append(variable)
      return
    }
    let earlier = definitions[number]
    guard earlier.type == variable.type else {
      throw Mistake(
        message:
          "variable '\(fullName)' is \(variable.type.rawValue) here and \(earlier.type.rawValue) in an earlier action")
    }
    guard earlier.isPrivate == variable.isPrivate else {
      throw Mistake(message: "variable '\(fullName)' is private in one action and not in another")
    }
    definitions[number] = variable
  }

  private func scope(of set: SetEntry) throws(Mistake) -> VariableDefinition.Scope {
    let written = set.scope?.text ?? ""
    guard let scope = written.isEmpty ? .global : VariableDefinition.Scope(rawValue: written),
      written.isEmpty || scope != .global
    else { throw Mistake(message: "unknown scope '\(short(written))'; there are process, container and cgroup") }
    guard scope == .process || !set.isInherited && set.scopeField == nil else {
      throw Mistake(message: "'inherited' and 'scope_field' need the scope process")
    }
    return scope
  }

  /// The type that a set action gives its variable.
  private func type(of set: SetEntry) throws(Mistake) -> ValueType {
    let value = try value(set.value)
    let defaultValue = try self.value(set.defaultValue)
    if let value, let defaultValue, value.type != defaultValue.type {
      throw Mistake(
        message: "the value is \(value.type.rawValue), the default_value \(defaultValue.type.rawValue)")
    }
    let known = defaultValue ?? value
    var type = known?.type
    if let name = set.field?.text {
      let field = try fieldType(name)
      if field.isArray, !set.appends, type?.isArray != true {
        throw Mistake(message: "'\(short(name))' is a list, which needs 'append: true' or an element such as [0]")
      }
      if let type, type.element != field.element {
        throw Mistake(message: "'\(short(name))' is \(field.rawValue), the default_value \(type.rawValue)")
      }
      // Networks have no scalar variable.
      type = type ?? (field == .ip ? .ips : field)
    }
    guard let type else { throw Mistake(message: "'set' needs one of value, field and expression") }
    return set.appends && type != .bool ? type.array : type
  }

  private func value(_ written: WrittenValue?) throws(Mistake) -> Value? {
    switch written {
    case nil: nil
    case .value(let value): value
    case .emptyList: throw Mistake(message: "an empty list does not say what its elements are")
    case .unusable:
      throw Mistake(message: "a variable holds a truth, an integer, a text, or a list of integers or texts")
    }
  }

  private func fieldType(_ name: String) throws(Mistake) -> ValueType {
    var name = name
    var isElement = false
    if name.hasSuffix("]"), let bracket = name.lastIndex(of: "[") {
      isElement = true
      name = String(name[..<bracket])
    }
    guard let field = Catalogue.shared.field(named: name) else {
      throw Mistake(message: "unknown field '\(short(name))'\(suggestion(for: name, in: Catalogue.shared.fieldNames))")
    }
    let type = field.iterator == nil ? field.type : field.type.array
    return isElement ? type.element : type
  }

  /// The value read where none was set, which the variable's type may make a list.
  private func defaultValue(of set: SetEntry, type: ValueType) -> Value {
    guard case .value(let value) = set.defaultValue else { return type.zero }
    guard type.isArray, !value.type.isArray else { return value }
    // A default of an appended scalar says its type only: the list is empty until something is appended.
    return type.zero
  }
}

/// Whether `text` may be the id of a rule or macro or the name of a variable.
func isName(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
}

extension ConstantGroup {
  /// Whether `name` is a constant.
  static func isConstant(_ name: String) -> Bool {
    if name == "true" || name == "false" || Catalogue.shared.textConstants[name] != nil { return true }
    return all.contains { $0.members.contains { $0.name == name } }
  }

  /// The value of the constant `name` of the group called `group`; nil if it has no such.
  static func value(of name: String, in group: String) -> Int64? {
    all.first { $0.name == group }?.members.first { $0.name == name }?.value
  }
}
