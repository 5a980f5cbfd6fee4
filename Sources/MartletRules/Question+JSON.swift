public import MartletSchema
import SECL

extension Question {
  /// The question that a line of `martlet eval --batch` asks: an object with `expr` and, each of which may be left out,
  /// `type`, `fields`, `macros` (objects with `id` and `expression` or `values`), `variables` (under their names objects
  /// with `type` and `value`) and `now`. Other members are the caller's own.
  ///
  /// - Throws: a `Mistake` if it is no such object.
  public init(_ json: JSONValue, now: Int64) throws(GivenEvent.Mistake) {
    guard case .object(let object) = json else { throw Mistake(description: "a case is an object") }
    guard case .string(let expression) = object["expr"] else { throw Mistake(description: "'expr' must be a text") }
    self.init(expression: expression, now: now)
    switch object["type"] ?? .null {
    case .null: break
    case .string(let type): eventType = type
    default: throw Mistake(description: "'type' must be a text")
    }
    switch object["fields"] ?? .null {
    case .null: break
    case .object(let values): fields = values
    default: throw Mistake(description: "'fields' must be an object")
    }
    switch object["now"] ?? .null {
    case .null: break
    case let given:
      guard case .int(let instant) = Value(given, as: .int) else {
        throw Mistake(description: "'now' must be a number of nanoseconds")
      }
      self.now = instant
    }
    macros = try Self.macros(object["macros"] ?? .null)
    variables = try Self.variables(object["variables"] ?? .null)
  }

  private typealias Mistake = GivenEvent.Mistake

  private static func macros(_ json: JSONValue) throws(Mistake) -> [Macro] {
    if json == .null { return [] }
    guard case .array(let elements) = json else { throw Mistake(description: "'macros' must be an array") }
    var macros: [Macro] = []
    for element in elements {
      guard case .object(let macro) = element, case .string(let id) = macro["id"] else {
        throw Mistake(description: "a macro needs an 'id'")
      }
      if case .string(let text) = macro["expression"] {
        macros.append(Macro(id: id, body: .expression(text)))
      } else if case .array(let values) = macro["values"] {
        let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        macros.append(Macro(id: id, body: .values(texts)))
      } else {
        throw Mistake(description: "macro '\(id)' needs an 'expression'")
      }
    }
    return macros
  }

  private static func variables(_ json: JSONValue) throws(Mistake) -> [(variable: Variable, value: Value)] {
    if json == .null { return [] }
    guard case .object(let object) = json else { throw Mistake(description: "'variables' must be an object") }
    var variables: [(variable: Variable, value: Value)] = []
    for member in object.members {
      guard case .object(let given) = member.value, case .string(let name) = given["type"],
        let type = ValueType(rawValue: name)
      else { throw Mistake(description: "variable '\(member.name)' needs a 'type'") }
      let written = given["value"] ?? .null
      guard let value = written == .null ? type.zero : Value(written, as: type) else {
        throw Mistake(description: "the value of variable '\(member.name)' is not of type \(name)")
      }
      variables.append((Variable(name: member.name, type: type), value))
    }
    return variables
  }
}
