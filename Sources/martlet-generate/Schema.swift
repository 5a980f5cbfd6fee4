/// What the generator reads out of `schema/event.schema.json`.
struct Schema {
  /// The file, byte for byte.
  let text: String
  /// The `$defs`, in the file's order, and last the event itself.
  let definitions: [Definition]

  /// The event itself, which the schema does not name.
  static let eventName = "EventDocument"

  init(parsing text: String) throws {
    let root = try OrderedJSON(parsing: text)
    self.text = text
    var definitions = try (root["$defs"]?.members ?? []).map { try Definition(name: $0.key, json: $0.value) }
    let event = root.members.filter { $0.key != "$defs" && $0.key != "$id" }
    definitions.append(try Definition(name: Self.eventName, json: .object(event.map { ($0.key, $0.value) })))
    self.definitions = definitions
  }

  subscript(name: String) -> Definition? { definitions.first { $0.name == name } }

  /// `type` itself or, if it names a definition that is no object, what that stands for.
  func resolved(_ type: ValueType) -> ValueType {
    guard case .reference(let name) = type, case .alias(let target)? = self[name]?.form else { return type }
    return resolved(target)
  }
}

/// One definition.
struct Definition {
  let name: String
  let description: String
  let json: OrderedJSON
  let form: Form

  enum Form {
    /// An object with these properties and no others.
    case object([Property])
    /// Another name for a type.
    case alias(ValueType)
  }

  init(name: String, json: OrderedJSON) throws {
    self.name = name
    self.json = json
    description = json["description"]?.string ?? ""
    guard let properties = json["properties"] else {
      form = .alias(try ValueType(json: json, at: name))
      return
    }
    let required = (json["required"]?.elements ?? []).compactMap(\.string)
    let unknown = Set(required).subtracting(properties.members.map(\.key))
    guard unknown.isEmpty, case .literal("false") = json["additionalProperties"] else {
      throw Unsupported(place: name, what: "required properties that are not listed, or open properties")
    }
    guard properties.members.count <= 64 else { throw Unsupported(place: name, what: "more than 64 properties") }
    form = .object(
      try properties.members.map {
        Property(
          key: $0.key, type: try ValueType(json: $0.value, at: "\(name).\($0.key)"),
          isRequired: required.contains($0.key), description: $0.value["description"]?.string ?? "")
      })
  }

  /// The properties; none if this is no object.
  var properties: [Property] {
    guard case .object(let properties) = form else { return [] }
    return properties
  }
}

/// One property of an object.
struct Property {
  let key: String
  let type: ValueType
  let isRequired: Bool
  let description: String
}

/// What a property may hold.
indirect enum ValueType {
  case string, integer, boolean, dateTime
  /// Untyped.
  case any
  /// An object with untyped members.
  case anyObject
  /// An object with any names, whose members are of one type.
  case map(ValueType)
  case array(ValueType)
  /// A definition.
  case reference(String)

  init(json: OrderedJSON, at place: String) throws {
    if let reference = json["$ref"]?.string {
      self = .reference(String(reference.dropFirst("#/$defs/".count)))
      return
    }
    switch (json["type"]?.string, json["format"]?.string) {
    case ("string", nil): self = .string
    case ("string", "date-time"): self = .dateTime
    case ("integer", nil): self = .integer
    case ("boolean", nil): self = .boolean
    case ("array", nil):
      guard let items = json["items"] else { throw Unsupported(place: place, what: "an array without items") }
      self = .array(try ValueType(json: items, at: place))
    case ("object", nil):
      if let values = json["additionalProperties"] {
        self = .map(try ValueType(json: values, at: place))
        guard case .map(.array(.string)) = self else {
          throw Unsupported(place: place, what: "free members other than lists of texts")
        }
      } else {
        self = .anyObject
      }
    case (nil, nil): self = .any
    default: throw Unsupported(place: place, what: json.formatted())
    }
  }
}

/// Something that JSON Schema allows and this generator does not.
struct Unsupported: Error, CustomStringConvertible {
  let place: String
  let what: String
  var description: String { "'\(place)' uses what the generator does not know: \(what)" }
}
