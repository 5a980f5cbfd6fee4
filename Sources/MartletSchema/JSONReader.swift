/// Reads objects of the schema straight out of JSON text, without a document in between.
///
/// A reader may read any number of documents, one after the other.
public struct JSONReader: ~Copyable {
  private var scanner = JSONScanner()

  /// A reader that has read nothing.
  public init() {}

  /// The object that `json` holds, which must be all that it holds.
  ///
  /// - Throws: the first `Violation` of the schema.
  public mutating func read<Object: SchemaObject>(_ json: RawSpan) throws(Violation) -> Object {
    scanner.begin(json)
    defer { scanner.finish() }
    let object = try Object(from: &self)
    try scanner.end()
    return object
  }

  /// The value of any shape that `json` holds, which must be all that it holds.
  ///
  /// - Throws: the first `Violation`: no JSON, a repeated name, or a number that no `JSONValue` holds.
  public mutating func readValue(_ json: RawSpan) throws(Violation) -> JSONValue {
    scanner.begin(json)
    defer { scanner.finish() }
    let value = try value()
    try scanner.end()
    return value
  }

  /// The moment that `json`, a text in the form of RFC 3339, is of.
  ///
  /// - Throws: the first `Violation`: no JSON, no such text, or a time that no `Timestamp` holds.
  public mutating func readTimestamp(_ json: RawSpan) throws(Violation) -> Timestamp {
    scanner.begin(json)
    defer { scanner.finish() }
    let time = try timestamp()
    try scanner.end()
    return time
  }

  // MARK: Objects

  /// Which members of an object have been read.
  struct Members {
    fileprivate var seen: UInt64 = 0
    fileprivate var isInside = false
  }

  /// Enters an object or goes on in it: the number of the next member's property, whose value must be read then; nil
  /// at the object's end.
  mutating func next(
    _ members: inout Members, of definition: any SchemaDefinition.Type
  ) throws(Violation) -> Int? {
    let isMore: Bool
    if members.isInside {
      isMore = try scanner.nextMember()
    } else {
      try expect(.object)
      isMore = try scanner.enterObject()
      members.isInside = true
    }
    guard isMore else {
      let missing = definition.required & ~members.seen
      guard missing == 0 else {
        throw definition.missing(
          missing.trailingZeroBitCount, pointer: scanner.pointer(), offset: max(scanner.offset - 1, 0))
      }
      return nil
    }
    let name = try scanner.name()
    let index = definition.index(of: scanner.propertyName(name))
    guard index >= 0 else {
      throw scanner.violation(.unknown(closest: definition.closest(to: scanner.string(name))), at: name.start)
    }
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: index)
    guard members.seen & bit == 0 else { throw scanner.violation(.duplicate, at: name.start) }
    members.seen |= bit
    return index
  }

  // MARK: Values

  mutating func string() throws(Violation) -> String {
    try expect(.string)
    return scanner.string(try scanner.text())
  }

  mutating func boolean() throws(Violation) -> Bool {
    try expect(.boolean)
    return try scanner.boolean()
  }

  mutating func integer() throws(Violation) -> JSONInteger {
    try expect(.integer)
    let start = scanner.offset
    switch scanner.integer(try scanner.number()) {
    case .exact(let integer): return integer
    case .outOfRange: throw scanner.violation(.integerOutOfRange, at: start)
    case .notIntegral: throw scanner.violation(.notIntegral, at: start)
    }
  }

  mutating func timestamp() throws(Violation) -> Timestamp {
    try expect(.dateTime)
    let start = scanner.offset
    let text = try scanner.text()
    guard let time = scanner.dateTime(text) else { throw scanner.violation(.badDateTime, at: start) }
    guard let timestamp = time.timestamp else { throw scanner.violation(.distantDateTime, at: start) }
    return timestamp
  }

  mutating func strings() throws(Violation) -> [String] {
    var strings: [String] = []
    try expect(.array)
    guard try scanner.enterArray() else { return strings }
    repeat { strings.append(try string()) } while try scanner.nextElement()
    return strings
  }

  mutating func object<Object: SchemaObject>() throws(Violation) -> Object { try Object(from: &self) }

  mutating func objects<Object: SchemaObject>() throws(Violation) -> [Object] {
    var objects: [Object] = []
    try expect(.array)
    guard try scanner.enterArray() else { return objects }
    repeat { objects.append(try Object(from: &self)) } while try scanner.nextElement()
    return objects
  }

  mutating func values() throws(Violation) -> [JSONValue] {
    var values: [JSONValue] = []
    try expect(.array)
    guard try scanner.enterArray() else { return values }
    repeat { values.append(try value()) } while try scanner.nextElement()
    return values
  }

  mutating func untypedObject() throws(Violation) -> JSONObject {
    JSONObject(try members { reader throws(Violation) in try reader.value() })
  }

  mutating func stringLists() throws(Violation) -> JSONMembers<[String]> {
    JSONMembers(try members { reader throws(Violation) in try reader.strings() })
  }

  /// Reads an object with any names.
  private mutating func members<Value>(
    _ value: (inout JSONReader) throws(Violation) -> Value
  ) throws(Violation) -> [JSONMembers<Value>.Member] {
    var members: [JSONMembers<Value>.Member] = []
    var names: Set<String> = []
    try expect(.object)
    guard try scanner.enterObject() else { return members }
    repeat {
      let text = try scanner.name()
      let name = scanner.string(text)
      guard names.insert(name).inserted else { throw scanner.violation(.duplicate, at: text.start) }
      members.append(JSONMembers<Value>.Member(name: name, value: try value(&self)))
    } while try scanner.nextMember()
    return members
  }

  mutating func value() throws(Violation) -> JSONValue {
    switch try kind(expecting: .any) {
    case .object: return .object(try untypedObject())
    case .array: return .array(try values())
    case .string: return .string(scanner.string(try scanner.text()))
    case .boolean: return .bool(try scanner.boolean())
    case .null:
      try scanner.null()
      return .null
    case .number:
      let start = scanner.offset
      let number = try scanner.number()
      if number.isPlain {
        guard case .exact(let integer) = scanner.integer(number) else {
          throw scanner.violation(.integerOutOfRange, at: start)
        }
        return .integer(integer)
      }
      guard let double = scanner.double(number) else { throw scanner.violation(.numberOutOfRange, at: start) }
      return .number(double)
    }
  }

  // MARK: Types

  private mutating func kind(expecting type: SchemaType) throws(Violation) -> JSONKind {
    guard let kind = scanner.kind() else { throw scanner.unexpectedValue() }
    return kind
  }

  /// Makes sure that the next value is of type `expected`.
  private mutating func expect(_ expected: SchemaType) throws(Violation) {
    guard scanner.isNext(expected) else {
      guard let found = scanner.kind() else { throw scanner.unexpectedValue() }
      throw scanner.violation(.wrongType(expected: expected, found: found))
    }
  }
}
