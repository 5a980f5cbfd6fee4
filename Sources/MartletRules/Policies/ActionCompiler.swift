import SECL

/// Makes the actions of one rule from its entries.
struct ActionCompiler {
  let scope: Scope
  let variables: VariableTable
  /// The type of events that the rule is about; several if it stands for several rules.
  let eventTypes: Set<String>

  /// Why an action cannot be used.
  enum Mistake: Error {
    /// The rule loads without it.
    case action(String, at: YAMLScalar?)
    /// The rule does not load.
    case rule(String, at: YAMLScalar?)
    /// An expression is wrong; neither does the rule.
    case expression(CompilationError, in: YAMLScalar)
  }

  /// The action that `entry` says.
  func compile(_ entry: ActionEntry) throws(Mistake) -> Action {
    guard let section = entry.sections.first, entry.sections.count == 1 else {
      throw .action(
        entry.sections.isEmpty
          ? "an action needs one of set, kill, hash, coredump, network_filter and log"
          : "an action has only one of set, kill, hash, coredump, network_filter and log", at: nil)
    }
    var filter: Program?
    if let text = entry.filter { filter = try expression(text, scope.compile(condition:)) }
    return Action(filter: filter, kind: try kind(section))
  }

  private func kind(_ section: ActionEntry.Section) throws(Mistake) -> Action.Kind {
    switch section {
    case .set(let set): return .set(try assignment(set))
    case .kill(let kill):
      guard let signal = kill.signal else { throw .action("'kill' needs a signal", at: nil) }
      guard let number = ConstantGroup.value(of: signal.text, in: "Signals").flatMap(Int32.init(exactly:)) else {
        throw .action("unknown signal '\(short(signal.text))'", at: signal)
      }
      var disarmers: Set<Action.Kill.Disarmer> = []
      if !kill.isContainerDisarmerOff { disarmers.insert(.container) }
      if !kill.isExecutableDisarmerOff { disarmers.insert(.executable) }
      return .kill(
        Action.Kill(
          signal: signal.text, number: number, scope: Action.Kill.Scope(rawValue: kill.scope?.text ?? "") ?? .process,
          disarmers: disarmers))
    case .hash(let hash):
      return .hash(field: try hashed(hash), limit: hash.maxFileSize > 0 ? hash.maxFileSize : nil)
    case .coredump: return .coredump
    case .networkFilter(let filter):
      guard let text = filter.filter?.text, !text.isEmpty else {
        throw .action("'network_filter' needs a filter", at: nil)
      }
      let scope = filter.scope?.text ?? "process"
      guard ["process", "cgroup"].contains(scope) else {
        throw .action(
          "unknown scope '\(short(scope))' of 'network_filter'; there are process and cgroup", at: filter.scope)
      }
      return .networkFilter(filter: text, policy: filter.policy?.text ?? "", scope: scope)
    case .log(let log):
      guard let level = log.level?.text, !level.isEmpty else { throw .action("'log' needs a level", at: nil) }
      return .log(level: level, message: log.message?.text ?? "")
    }
  }

  private func hashed(_ hash: HashEntry) throws(Mistake) -> String {
    guard let written = hash.field else {
      if eventTypes == ["exec"] { return "exec.file" }
      if eventTypes == ["open"] { return "open.file" }
      throw .rule("'hash' needs a field in a rule that is about neither exec nor open", at: nil)
    }
    guard let path = Catalogue.shared.field(named: "\(written.text).path"), path.traits.contains(.paths) else {
      throw .rule("'\(short(written.text))' names no file", at: written)
    }
    try checkType([path], at: written)
    return written.text
  }

  private func assignment(_ set: SetEntry) throws(Mistake) -> Action.Assignment {
    guard let number = variables.number(of: set) else { throw .action("'set' defines no variable", at: set.name) }
    let definition = variables.definitions[number]
    var scopeField: Field?
    if let name = set.scopeField {
      guard let field = Catalogue.shared.field(named: name.text), field.type == .int, field.iterator == nil else {
        throw .rule("'\(short(name.text))' is no integer field with a pid", at: name)
      }
      try checkType([field], at: name)
      scopeField = field
    }
    let source: Action.Assignment.Source
    if case .value(let value) = set.value {
      source = .constant(value)
    } else {
      guard let text = set.field ?? set.expression else { throw .action("'set' has no value", at: set.name) }
      let program = try expression(text, scope.compile(value:))
      try checkType(program.fields, at: text)
      guard program.type.element == definition.type.element, definition.type.isArray || !program.type.isArray else {
        throw .action(
          "this is \(program.type.rawValue); variable '\(definition.variable.name)' is \(definition.type.rawValue)",
          at: text)
      }
      source = .program(program)
    }
    return Action.Assignment(
      variable: number, source: source, appendsToScalar: set.appends && !definition.type.isArray, scopeField: scopeField
    )
  }

  /// Makes sure that events of the rule's type have `fields`.
  private func checkType(_ fields: [Field], at place: YAMLScalar) throws(Mistake) {
    for field in fields {
      if let type = field.eventType, eventTypes != [type] {
        throw .rule(
          "'\(field.name)' belongs to '\(type)' events, the rule to '\(eventTypes.sorted().joined(separator: "', '"))' events",
          at: place)
      }
    }
  }

  private func expression<Result>(
    _ text: YAMLScalar, _ compile: (String) throws(CompilationError) -> Result
  ) throws(Mistake) -> Result {
    do { return try compile(text.text) } catch { throw .expression(error, in: text) }
  }
}
