/// Any JSON value, for the places that the schema leaves untyped.
public enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without fraction and exponent.
  case integer(JSONInteger)
  /// Any other number. Must be finite; JSON has no word for the rest.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// An object.
  case object(JSONObject)
}

/// An object of untyped members.
public typealias JSONObject = JSONMembers<JSONValue>

/// The members of an object whose names the schema does not fix, in the order in which they are written.
public struct JSONMembers<Value: Hashable & Sendable>: Hashable, Sendable {
  /// One name and its value.
  public struct Member: Hashable, Sendable {
    /// The member's name, unescaped.
    public var name: String
    /// The member's value.
    public var value: Value

    /// The member `name` with `value`.
    public init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// All members. Names must differ: an event with a repeated name is invalid.
  public var members: [Member]

  /// The object with `members`.
  public init(_ members: [Member] = []) { self.members = members }

  /// Whether there are no members.
  public var isEmpty: Bool { members.isEmpty }

  /// The value of the first member called `name`. Setting it replaces, appends or, with nil, removes the member.
  public subscript(name: String) -> Value? {
    get { members.first { $0.name == name }?.value }
    set {
      let index = members.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }
}

extension JSONMembers: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Value)...) {
    members = elements.map { Member(name: $0.0, value: $0.1) }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(JSONInteger(value)) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(name: $0.0, value: $0.1) }))
  }
}
