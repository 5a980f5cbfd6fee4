/// The names that expressions may use, and the way to compile expressions with them.
public struct Scope: Sendable {
  let catalogue: any FieldCatalogue
  let variables: [String: Variable]
  private(set) var macros: [String: CompiledMacro] = [:]
  /// Why macros that somebody may well name cannot be used.
  private(set) var absences: [String: String] = [:]

  /// A scope with the fields of `catalogue`, `variables` and the variables that are always there.
  public init(catalogue: any FieldCatalogue, variables: [Variable] = []) {
    self.catalogue = catalogue
    self.variables = Dictionary(
      ([.processID, .uuid4] + variables).map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
  }

  /// Whether mistakes come with suggestions. Looking for one takes long enough to be felt with thousands of mistakes.
  public var suggests = true

  /// All that an identifier may be, for suggestions.
  var names: [String] { catalogue.fieldNames + macros.keys + ConstantGroup.values.keys }

  /// A suggestion from many names, of which one is easily close by chance.
  func hint(for name: String, in names: @autoclosure () -> [String]) -> String {
    suggests ? suggestion(for: name, in: names(), within: min((name.utf8.count + 1) / 4, 3)) : ""
  }

  /// Has whoever uses the macro `id`, as long as it is not defined, told the `reason`: what follows "macro 'X' ".
  public mutating func excuse(_ id: String, _ reason: String) { absences[id] = reason }

  /// Adds `macro`, which may use those that were added before.
  ///
  /// - Throws: one mistake of kind `macro` for each one inside.
  public mutating func define(_ macro: Macro) throws(CompilationError) {
    do {
      macros[macro.id] = try compiled(macro)
    } catch {
      throw CompilationError(
        diagnostics: error.diagnostics.map {
          Diagnostic(
            kind: .macro, message: "macro '\(short(macro.id))': \($0.message)", position: $0.position,
            sourceLine: $0.sourceLine)
        })
    }
  }

  /// The program that a rule's `text` is. It must be a bool and speak of one type of event.
  public func compile(rule text: String) throws(CompilationError) -> Program {
    var compiler = Compiler(scope: self, syntax: try parsed { () throws(Diagnostic) in try Parser.expression(text) })
    let operand = compiler.compile()
    let eventType = compiler.checkRule(operand)
    return try compiler.program(operand, eventType: eventType)
  }

  /// The program of a condition that needs no event, such as the filter of an action.
  public func compile(condition text: String) throws(CompilationError) -> Program {
    var compiler = Compiler(scope: self, syntax: try parsed { () throws(Diagnostic) in try Parser.expression(text) })
    let operand = compiler.compile()
    compiler.checkTruth(operand)
    return try compiler.program(operand, eventType: nil)
  }

  private func compiled(_ macro: Macro) throws(CompilationError) -> CompiledMacro {
    switch macro.body {
    case .values(let values):
      let literals = values.map { TextLiteral(kind: .plain, bytes: Array($0.utf8), offset: 0) }
      return CompiledMacro(operand: .texts(literals, at: 0), fields: [], register: nil)
    case .expression(let text):
      var compiler = Compiler(scope: self, syntax: try parsed { () throws(Diagnostic) in try Parser.macro(text) })
      var macro = try compiler.macro()
      macro.text = text
      return macro
    }
  }

  private func parsed(_ parse: () throws(Diagnostic) -> Syntax) throws(CompilationError) -> Syntax {
    do { return try parse() } catch { throw CompilationError(diagnostics: [error]) }
  }
}

/// A named expression, list or operand.
public struct Macro: Hashable, Sendable {
  /// What the name stands for.
  public enum Body: Hashable, Sendable {
    /// An expression or a list, as text.
    case expression(String)
    /// A list of plain texts.
    case values([String])
  }

  /// How a second definition of a name joins the first.
  public enum Combination: String, Hashable, Sendable {
    case merge
    case override
  }

  /// Two definitions that cannot be joined.
  public struct CannotCombine: Error, Hashable, Sendable, CustomStringConvertible {
    /// The macro's name.
    public let id: String
    public var description: String { "macro '\(id)': only lists of values can be combined" }
  }

  /// The name.
  public let id: String
  /// What it stands for.
  public var body: Body

  /// The macro `id`.
  public init(id: String, body: Body) {
    self.id = id
    self.body = body
  }

  /// This macro after a later definition of the same name: without a `combination` the first one stays, `merge` appends
  /// the later values, `override` puts them in place of these.
  public func combined(with later: Macro, _ combination: Combination?) throws(CannotCombine) -> Macro {
    guard let combination else { return self }
    guard case .values(let values) = body, case .values(let more) = later.body else { throw CannotCombine(id: id) }
    return Macro(id: id, body: .values(combination == .merge ? values + more : more))
  }
}

/// A macro, checked, with what it adds to a rule that uses it.
struct CompiledMacro: Sendable {
  let operand: Operand
  let fields: [Field]
  let register: Register?
  /// What it was made from; nil for a list of values.
  var text: String?
}

/// The name that stands for one object of an iterator, all through a rule.
struct Register: Hashable, Sendable {
  let name: String
  let iterator: String
  let length: Field
}
