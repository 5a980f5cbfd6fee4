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
    self.init(foundation: try JSONSerialization.jsonObject(with: Data(text)))
  }

  /// What Foundation made of a document. Its numbers remember the type of C that they had room in.
  private init(foundation value: Any) {
    switch value {
    case let text as String: self = .string(text)  // first, as most are
    case let members as [String: Any]: self = .object(members.mapValues(JSON.init(foundation:)))
    case let elements as [Any]: self = .array(elements.map(JSON.init(foundation:)))
    case let number as NSNumber:
      switch unsafe UInt8(number.objCType.pointee) {
      case UInt8(ascii: "c"), UInt8(ascii: "B"): self = .bool(number.boolValue)
      case UInt8(ascii: "d"), UInt8(ascii: "f"): self = .number(number.doubleValue)
      case UInt8(ascii: "Q"): self.init(number.uint64Value)
      default: self.init(number.int64Value)
      }
    default: self = .null
    }
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
