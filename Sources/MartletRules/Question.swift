public import MartletSchema
public import SECL

/// One expression and the event, macros and variables that it is to be evaluated with.
public struct Question: Sendable {
  /// The rule's text.
  public var expression: String
  /// The type of the event; nil to take it from the rule.
  public var eventType: String?
  /// The event's values, see `GivenEvent`.
  public var fields: JSONObject
  /// Macros in the order of their definition.
  public var macros: [Macro] = []
  /// Variables with their values.
  public var variables: [(variable: Variable, value: Value)] = []
  /// Nanoseconds since the epoch.
  public var now: Int64

  /// The question whether `expression` holds for the event with `fields`.
  public init(expression: String, eventType: String? = nil, fields: JSONObject = [:], now: Int64) {
    self.expression = expression
    self.eventType = eventType
    self.fields = fields
    self.now = now
  }

  /// Why a question has no answer.
  public enum Failure: Error, Hashable, Sendable {
    /// The expression or one of the macros cannot be compiled.
    case expression(CompilationError)
    /// The values are none for these fields.
    case event(GivenEvent.Mistake)
  }

  /// Whether the rule holds. A rule about another type of event than the given one does not.
  public func answer() throws(Failure) -> Bool {
    let programs: [Program]
    do { programs = try compiled() } catch { throw .expression(error) }
    let event: GivenEvent
    do {
      let values = Dictionary(variables.map { ($0.variable.name, $0.value) }, uniquingKeysWith: { _, last in last })
      event = try GivenEvent(fields: fields, variables: values, now: now)
    } catch { throw .event(error) }
    return programs.contains { (eventType == nil || $0.eventType == eventType) && $0.holds(in: event) }
  }

  /// The rule, or all rules that it stands for.
  private func compiled() throws(CompilationError) -> [Program] {
    var scope = Scope(catalogue: Catalogue.shared, variables: variables.map(\.variable))
    for macro in macros {
      if case .expression(let text) = macro.body, FileWrites.isUsed(in: text) {
        throw CompilationError(.macro, "macro '\(macro.id)': '\(FileWrites.prefix)' can stand only in a rule")
      }
      try scope.define(macro)
    }
    var programs: [Program] = []
    for rule in FileWrites.expanded(expression) { programs.append(try scope.compile(rule: rule)) }
    return programs
  }
}
