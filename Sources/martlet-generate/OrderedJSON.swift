/// A JSON value whose objects keep the order of the file, which is the order of everything generated.
///
/// The generator brings its own small reader so that it can be built while the library that it writes cannot.
indirect enum OrderedJSON {
  case object([(key: String, value: OrderedJSON)])
  case array([OrderedJSON])
  case string(String)
  /// Anything else, as it stands in the file.
  case literal(String)

  /// The value of the member `key`, if this is an object that has it.
  subscript(key: String) -> OrderedJSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The members, if this is an object.
  var members: [(key: String, value: OrderedJSON)] {
    guard case .object(let members) = self else { return [] }
    return members
  }

  /// The elements, if this is an array.
  var elements: [OrderedJSON] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  /// The text, if this is a string.
  var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}

extension OrderedJSON {
  /// A text that is not JSON.
  struct Malformed: Error, CustomStringConvertible {
    let offset: Int
    var description: String { "no JSON at byte \(offset)" }
  }

  /// Parses the whole of `text`.
  init(parsing text: String) throws {
    var parser = Parser(bytes: Array(text.utf8))
    self = try parser.value()
    try parser.expectEnd()
  }

  private struct Parser {
    let bytes: [UInt8]
    var offset = 0

    mutating func value() throws -> OrderedJSON {
      switch peek() {
      case UInt8(ascii: "{"):
        var members: [(key: String, value: OrderedJSON)] = []
        try list(closing: "}") { parser in
          let key = try parser.string()
          try parser.expect(":")
          members.append((key, try parser.value()))
        }
        return .object(members)
      case UInt8(ascii: "["):
        var elements: [OrderedJSON] = []
        try list(closing: "]") { parser in elements.append(try parser.value()) }
        return .array(elements)
      case UInt8(ascii: "\""): return .string(try string())
      default: return .literal(try literal())
      }
    }

    mutating func list(closing: Unicode.Scalar, element: (inout Parser) throws -> Void) throws {
      offset += 1
      if peek() == UInt8(ascii: closing) {
        offset += 1
        return
      }
      while true {
        try element(&self)
        if peek() != UInt8(ascii: ",") { break }
        offset += 1
      }
      try expect(closing)
    }

    mutating func string() throws -> String {
      try expect("\"")
      var text: [UInt8] = []
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
        if bytes[offset] == UInt8(ascii: "\\") {
          offset += 1
          // The schema needs no other escapes than these two.
          guard offset < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(bytes[offset]) else {
            throw Malformed(offset: offset)
          }
        }
        text.append(bytes[offset])
        offset += 1
      }
      try expect("\"")
      return String(decoding: text, as: UTF8.self)
    }

    mutating func literal() throws -> String {
      let start = offset
      while offset < bytes.count, !",]} \n".utf8.contains(bytes[offset]) { offset += 1 }
      guard offset > start else { throw Malformed(offset: offset) }
      return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    mutating func peek() -> UInt8? {
      while offset < bytes.count, " \n\t\r".utf8.contains(bytes[offset]) { offset += 1 }
      return offset < bytes.count ? bytes[offset] : nil
    }

    mutating func expect(_ character: Unicode.Scalar) throws {
      guard peek() == UInt8(ascii: character) else { throw Malformed(offset: offset) }
      offset += 1
    }

    mutating func expectEnd() throws {
      guard peek() == nil else { throw Malformed(offset: offset) }
    }
  }
}

extension OrderedJSON {
  /// The value as text, two blanks a level, the way `schema/event.schema.json` is written.
  func formatted(indent: String = "") -> String {
    let deeper = indent + "  "
    switch self {
    case .literal(let text): return text
    case .string(let text): return Self.quoted(text)
    case .array(let elements) where elements.isEmpty: return "[]"
    case .array(let elements):
      return "[\n" + elements.map { deeper + $0.formatted(indent: deeper) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members) where members.isEmpty: return "{}"
    case .object(let members):
      let lines = members.map { "\(deeper)\(Self.quoted($0.key)): \($0.value.formatted(indent: deeper))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
