// How the generated types write their properties: a key and a value of each type that the schema knows. Spans lend the
// elements of arrays, where iteration would copy them.

extension JSONWriter {
  /// Writes a text member.
  public mutating func member(_ key: JSONKey, _ value: String) {
    self.key(key)
    self.value(value)
  }

  /// Writes an integer member.
  public mutating func member(_ key: JSONKey, _ value: JSONInteger) {
    self.key(key)
    self.value(value)
  }

  /// Writes a boolean member.
  public mutating func member(_ key: JSONKey, _ value: Bool) {
    self.key(key)
    self.value(value)
  }

  /// Writes a member that is a moment.
  public mutating func member(_ key: JSONKey, _ value: Timestamp) {
    self.key(key)
    self.value(value)
  }

  /// Writes an object member.
  public mutating func member(_ key: JSONKey, _ value: some SchemaObject) {
    self.key(key)
    value.write(to: &self)
  }

  /// Writes a member that is a list of texts.
  public mutating func member(_ key: JSONKey, _ values: [String]) {
    self.key(key)
    value(values)
  }

  /// Writes a member that is a list of objects.
  public mutating func member(_ key: JSONKey, _ values: [some SchemaObject]) {
    self.key(key)
    beginArray()
    let span = values.span
    for index in span.indices { span[index].write(to: &self) }
    endArray()
  }

  /// Writes a member of any type.
  public mutating func member(_ key: JSONKey, _ value: JSONValue) {
    self.key(key)
    self.value(value)
  }

  /// Writes a member that is a list of anything.
  public mutating func member(_ key: JSONKey, _ values: [JSONValue]) {
    self.key(key)
    value(values)
  }

  /// Writes a member that is an object of anything.
  public mutating func member(_ key: JSONKey, _ object: JSONObject) {
    self.key(key)
    value(object)
  }

  /// Writes a member that is an object of lists of texts.
  public mutating func member(_ key: JSONKey, _ object: JSONMembers<[String]>) {
    self.key(key)
    beginObject()
    for member in object.members {
      self.key(member.name)
      value(member.value)
    }
    endObject()
  }

  /// Writes a list of texts.
  public mutating func value(_ values: [String]) {
    beginArray()
    let span = values.span
    for index in span.indices { value(span[index]) }
    endArray()
  }

  /// Writes a list of anything.
  public mutating func value(_ values: [JSONValue]) {
    beginArray()
    for element in values { value(element) }
    endArray()
  }

  /// Writes an object of anything.
  public mutating func value(_ object: JSONObject) {
    beginObject()
    for member in object.members {
      key(member.name)
      value(member.value)
    }
    endObject()
  }

  /// Writes any value.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let bool): self.value(bool)
    case .integer(let integer): self.value(integer)
    case .number(let number): self.value(number)
    case .string(let text): self.value(text)
    case .array(let elements): self.value(elements)
    case .object(let object): self.value(object)
    }
  }
}
