/// One thing that is wrong with an event: where, what, and what the schema asks for instead.
public struct Violation: Error, Hashable, Sendable {
  /// JSON pointer (RFC 6901) of the value; for a missing or unknown property, of that property. Empty for the
  /// document as a whole.
  public let pointer: String
  /// Where in the document it was noticed, in bytes from 0.
  public let offset: Int
  /// What is wrong.
  public let problem: Problem

  /// The kinds of violations.
  public enum Problem: Hashable, Sendable {
    /// The text is no JSON; nothing after this place was checked.
    case malformed(Malformed)
    /// A value of another type than the schema asks for.
    case wrongType(expected: SchemaType, found: JSONKind)
    /// A number with a fraction where an integer is due.
    case notIntegral
    /// An integer below -2^63 or above 2^64 - 1.
    case integerOutOfRange
    /// A number too large for a double, in a place without a type.
    case numberOutOfRange
    /// A text that is no RFC 3339 date and time.
    case badDateTime
    /// A date and time that a `Timestamp` cannot hold, before 1677-09-21 or after 2262-04-11. The schema allows it;
    /// only readers complain.
    case distantDateTime
    /// A required property is not there.
    case missing(SchemaType)
    /// The schema has no such property.
    case unknown(closest: String?)
    /// The name has occurred before in the same object.
    case duplicate
    /// The line is longer than a validation run reads; nothing in it was checked.
    case lineTooLong(limit: Int)
  }

  /// Ways in which text is no JSON.
  public enum Malformed: Hashable, Sendable {
    /// Another byte than the grammar asks for.
    case unexpected(expected: String)
    /// The text ends too early.
    case end(expected: String)
    /// More than 511 arrays and objects inside of each other.
    case tooDeep
    /// A control character in a text.
    case controlCharacter
    /// A backslash that is followed by no escape.
    case badEscape
    /// Half of a surrogate pair.
    case loneSurrogate
    /// Bytes that are no UTF-8.
    case invalidUTF8
    /// A number that starts with a needless zero.
    case leadingZero
  }
}

/// The types of JSON values.
public enum JSONKind: String, Sendable {
  case object, array, string, number, boolean, null
}

/// The types of values that the schema knows.
public enum SchemaType: String, Sendable {
  case object, array, string, integer, boolean
  case dateTime = "date-time"
  /// Anything.
  case any
}

extension Violation: CustomStringConvertible {
  /// `POINTER: what is wrong, what was expected`, safe to be printed on a terminal. Columns count bytes from 1.
  public var description: String { "\(pointer.isEmpty ? "(document)" : Self.printable(pointer)): \(message)" }

  /// What is wrong and what was expected.
  public var message: String {
    switch problem {
    case .malformed(let malformed): "malformed JSON at column \(offset + 1): \(malformed.message)"
    case .wrongType(let expected, let found): "is \(found.noun), expected \(expected.noun)"
    case .notIntegral: "is a number with a fraction, expected an integer"
    case .integerOutOfRange: "is out of range, expected an integer from -2^63 to 2^64 - 1"
    case .numberOutOfRange: "is out of range, expected a number that a double can hold"
    case .badDateTime: "is no date and time, expected RFC 3339 such as 2024-10-02T14:03:07.1234Z"
    case .distantDateTime: "is too far from now, expected a time from 1677-09-21 to 2262-04-11"
    case .missing(let expected): "is missing, expected \(expected.noun)"
    case .unknown(let closest?): "is unknown, expected no such property; did you mean '\(closest)'?"
    case .unknown(nil): "is unknown, expected no such property"
    case .duplicate: "is there twice, expected different names in one object"
    case .lineTooLong(let limit): "the line is too long, expected at most \(limit) bytes"
    }
  }

  /// `text` with control characters written as JSON escapes, so that a hostile name cannot steer a terminal.
  private static func printable(_ text: String) -> String {
    var printable = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        printable += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: printable.unicodeScalars.append(scalar)
      }
    }
    return printable
  }
}

extension Violation.Malformed {
  var message: String {
    switch self {
    case .unexpected(let expected): "expected \(expected)"
    case .end(let expected): "the text ends, expected \(expected)"
    case .tooDeep: "nested too deep, expected at most \(JSONScanner.deepest) levels"
    case .controlCharacter: "a control character in a text, expected an escape"
    case .badEscape: #"a backslash without an escape, expected one of \" \\ \/ \b \f \n \r \t \uXXXX"#
    case .loneSurrogate: "half of a surrogate pair, expected both halves"
    case .invalidUTF8: "invalid UTF-8, expected UTF-8"
    case .leadingZero: "a needless zero, expected another digit to come first"
    }
  }
}

extension JSONKind {
  fileprivate var noun: String {
    switch self {
    case .object, .array: "an \(rawValue)"
    case .string, .number, .boolean: "a \(rawValue)"
    case .null: "null"
    }
  }
}

extension SchemaType {
  fileprivate var noun: String {
    switch self {
    case .object, .array, .integer: "an \(rawValue)"
    case .string, .boolean, .dateTime: "a \(rawValue)"
    case .any: "a value"
    }
  }
}

enum JSONPointer {
  /// A name as it stands in a JSON pointer.
  static func escaped(_ name: String) -> String {
    var escaped = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
