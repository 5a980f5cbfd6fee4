import MartletSchema
import SECL

/// Reads the values of an event's fields from YAML, as `GivenEvent` takes them.
struct FieldValueReader {
  /// The event's type.
  let type: String
  /// When the event happens, in nanoseconds since the epoch.
  let time: Int64

  /// The object of all fields of `node`.
  mutating func fields(_ node: YAMLDocument.Node?, _ reader: inout PolicyReader) throws(PolicyDiagnostic) -> JSONObject
  {
    guard let node else { return [:] }
    var fields = JSONObject()
    for (key, value) in try pairs(of: node, "'fields'", &reader) {
      if let length = Catalogue.shared.length(ofIterator: key.text) {
        fields[String(length.name.dropLast(".length".count))] = try objects(value, of: key.text, &reader)
        continue
      }
      let field = try field(key.text, at: key.start, reader)
      if let iterator = field.iterator {
        throw reader.text.diagnostic(
          .policy, "'\(field.name)' must be given in the objects of '\(iterator)'", at: key.start)
      }
      fields[field.name] = try json(value, of: field, &reader)
    }
    return fields
  }

  private mutating func objects(
    _ node: YAMLDocument.Node, of iterator: String, _ reader: inout PolicyReader
  ) throws(PolicyDiagnostic) -> JSONValue {
    var objects: [JSONValue] = []
    for element in try reader.elements(of: node, iterator) {
      var object = JSONObject()
      for (key, value) in try pairs(of: element, "an object of '\(iterator)'", &reader) {
        let field = try field("\(iterator).\(key.text)", at: key.start, reader)
        let owner = field.iterator.map { "\($0)." } ?? ""
        object[String(field.name.dropFirst(owner.count))] = try json(value, of: field, &reader)
      }
      objects.append(.object(object))
    }
    return .array(objects)
  }

  private func field(
    _ name: String, at position: SourcePosition, _ reader: PolicyReader
  ) throws(PolicyDiagnostic) -> Field {
    guard let field = Catalogue.shared.field(named: name) else {
      let suggestion = suggestion(for: name, in: Catalogue.shared.fieldNames)
      throw reader.text.diagnostic(.policy, "unknown field '\(short(name))'\(suggestion)", at: position)
    }
    let types = field.eventType.map { [$0] } ?? field.onlyWith
    guard types.isEmpty || types.contains(type) else {
      throw reader.text.diagnostic(
        .policy, "'\(field.name)' belongs to \(types.joined(separator: ", ")) events; this one is of type \(type)",
        at: position)
    }
    return field
  }

  /// The members of a mapping in their order, those of `<<` that it does not have itself behind them.
  private func pairs(
    of node: YAMLDocument.Node, _ what: String, _ reader: inout PolicyReader
  ) throws(PolicyDiagnostic) -> [(key: YAMLScalar, value: YAMLDocument.Node)] {
    guard case .mapping(let members) = try reader.content(of: node) else {
      throw reader.mistake(node, "\(what) must be a mapping")
    }
    var pairs: [(key: YAMLScalar, value: YAMLDocument.Node)] = []
    var merged: [(key: YAMLScalar, value: YAMLDocument.Node)] = []
    for member in members {
      guard let key = try reader.scalar(member.key, "a key") else { continue }
      if key.text == "<<", key.style == .plain {
        merged += try self.pairs(of: member.value, "'<<'", &reader)
        continue
      }
      guard !pairs.contains(where: { $0.key == key }) else {
        throw reader.mistake(member.key, "'\(short(key.text))' is here a second time")
      }
      pairs.append((key, member.value))
    }
    return pairs + merged.filter { inherited in !pairs.contains { $0.key == inherited.key } }
  }

  // MARK: Values

  private mutating func json(
    _ node: YAMLDocument.Node, of field: Field, _ reader: inout PolicyReader
  ) throws(PolicyDiagnostic) -> JSONValue {
    if field.description.isTime, case .scalar(let scalar) = try reader.content(of: node), scalar.integer == nil,
      let age = GoDuration.nanoseconds(scalar.text)
    {
      return .integer(JSONInteger(time.subtractingReportingOverflow(age).partialValue))
    }
    return try json(node, of: field.name, as: field.type, &reader)
  }

  /// The value of type `type` that `node` says. A text may be a list of the names by which something goes.
  mutating func json(
    _ node: YAMLDocument.Node, of name: String, as type: ValueType, _ reader: inout PolicyReader
  ) throws(PolicyDiagnostic) -> JSONValue {
    switch try reader.content(of: node) {
    case .mapping: break
    case .sequence(let nodes):
      guard type.isArray || type == .string else { break }
      var elements: [JSONValue] = []
      for element in nodes {
        guard case .scalar(let scalar) = try reader.content(of: element),
          let json = json(scalar, as: type.element)
        else { throw reader.mistake(element, "an element of '\(name)' must be \(Self.words(type.element))") }
        elements.append(json)
      }
      return .array(elements)
    case .scalar(let scalar):
      if scalar.isNull { return .null }
      guard !type.isArray, let json = json(scalar, as: type) else { break }
      return json
    }
    throw reader.mistake(node, "'\(name)' must be \(Self.words(type))")
  }

  private static func words(_ type: ValueType) -> String {
    switch type {
    case .bool: "true or false"
    case .int: "an integer, or constants such as O_RDWR|O_CREAT"
    case .string: "a text"
    case .ip: "an address or network"
    case .bools, .ints, .strings, .ips: "a list"
    }
  }

  private func json(_ scalar: YAMLScalar, as type: ValueType) -> JSONValue? {
    switch type {
    case .bool: scalar.truth.map(JSONValue.bool)
    case .int: (scalar.integer ?? Self.constant(scalar.text)).map { .integer(JSONInteger($0)) }
    case .string: .string(scalar.text)
    case .ip: IPNetwork(scalar.text).map { _ in .string(scalar.text) }
    default: nil
    }
  }

  /// The number that an expression of constants is, such as `O_WRONLY|O_CREAT`.
  private static func constant(_ text: String) -> Int64? {
    guard let program = try? Scope(catalogue: Catalogue.shared).compile(value: text), program.type == .int,
      program.fields.isEmpty, program.variables.isEmpty, let nothing = try? GivenEvent(fields: [:], now: 0),
      case .int(let number) = program.value(in: nothing)
    else { return nil }
    return number
  }
}
