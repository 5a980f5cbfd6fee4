import Foundation

/// A JSON value, integers exact: what events are compared as.
package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case signed(Int64)
  /// Above the range of `signed`.
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Reads one document.
  package init(_ text: some Collection<UInt8>) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(text))
  }

  /// An integer of any type that JSON has room for.
  package init(_ value: some FixedWidthInteger) {
    self = Int64(exactly: value).map(JSON.signed) ?? .unsigned(UInt64(truncatingIfNeeded: value))
  }

  /// A member of an object; `null` where there is none.
  package subscript(name: String) -> JSON {
    if case .object(let members) = self { members[name] ?? .null } else { .null }
  }

  /// An element of an array; `null` where there is none.
  package subscript(index: Int) -> JSON { array.indices.contains(index) ? array[index] : .null }

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var integer: Int64? { if case .signed(let value) = self { value } else { nil } }
  package var isAbsent: Bool { self == .null }

  /// The elements; none unless it is an array.
  package var array: [JSON] { if case .array(let elements) = self { elements } else { [] } }
}

extension JSON: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: Name.self) {
      var object: [String: JSON] = [:]
      for name in members.allKeys { object[name.stringValue] = try members.decode(JSON.self, forKey: name) }
      self = .object(object)
      return
    }
    if var elements = try? decoder.unkeyedContainer() {
      var array: [JSON] = []
      while !elements.isAtEnd { array.append(try elements.decode(JSON.self)) }
      self = .array(array)
      return
    }
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let integer = try? value.decode(Int64.self) {
      self = .signed(integer)
    } else if let integer = try? value.decode(UInt64.self) {
      self = .unsigned(integer)
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .null
    }
  }
}

extension JSON: CustomStringConvertible {
  /// Compact text, names sorted.
  package var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .signed(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): text.debugDescription
    case .array(let elements): "[" + elements.map(\.description).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }
  }
}
