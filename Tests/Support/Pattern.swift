package import Testing

/// What a value of an event must be.
///
/// Written as literals: an object has exactly the members it lists, an array exactly the elements, a plain value is
/// equal. What cannot be known beforehand is a `.matching` text, `.anything`, or `.absent`.
package indirect enum Pattern: Sendable {
  case value(JSON)
  case array([Pattern])
  case object([String: Pattern])
  /// A text in which the regular expression is found.
  case matching(String)
  /// Whatever it is, it is there.
  case anything
  /// The member is not there.
  case absent

  /// An integer.
  package init(_ value: some FixedWidthInteger) { self = .value(JSON(value)) }
  /// A text.
  package init(_ text: String) { self = .value(.string(text)) }
  /// Texts.
  package init(_ texts: [String]) { self = .array(texts.map { Pattern($0) }) }

  /// Exactly this value, told apart member by member.
  package init(_ value: JSON) {
    switch value {
    case .array(let elements): self = .array(elements.map { Pattern($0) })
    case .object(let members): self = .object(members.mapValues { Pattern($0) })
    default: self = .value(value)
    }
  }

  /// RFC 3339 in UTC.
  package static let time = Pattern.matching(#"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$"#)

  /// An object with other members, or more.
  package func with(_ changes: [String: Pattern]) -> Pattern {
    guard case .object(let members) = self else { return self }
    return .object(members.merging(changes) { _, new in new })
  }

  /// Where `value` is not what this says, each with the place.
  package func mismatches(in value: JSON?, at place: String = "$") -> [String] {
    switch (self, value) {
    case (.absent, nil): return []
    case (.absent, let value?): return ["\(place): expected nothing, found \(value)"]
    case (_, nil): return ["\(place): expected \(self), found nothing"]
    case (.anything, _): return []
    case (.value(let expected), let value?):
      return expected == value ? [] : ["\(place): expected \(expected), found \(value)"]
    case (.matching(let expression), let value?):
      guard let text = value.string, let regex = try? Regex(expression), text.contains(regex) else {
        return ["\(place): expected text like /\(expression)/, found \(value)"]
      }
      return []
    case (.array(let patterns), .array(let elements)?):
      guard patterns.count == elements.count else {
        return [
          "\(place): expected \(patterns.count) elements \(self), found \(elements.count): \(JSON.array(elements))"
        ]
      }
      return zip(patterns, elements).enumerated().flatMap { index, pair in
        pair.0.mismatches(in: pair.1, at: "\(place)[\(index)]")
      }
    case (.object(let patterns), .object(let members)?):
      let names = Set(patterns.keys).union(members.keys).sorted()
      return names.flatMap { name in (patterns[name] ?? .absent).mismatches(in: members[name], at: "\(place).\(name)") }
    case (_, let value?): return ["\(place): expected \(self), found \(value)"]
    }
  }
}

extension Pattern: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral text: String) { self = .value(.string(text)) }
  package init(integerLiteral value: Int64) { self = .value(.signed(value)) }
  package init(booleanLiteral value: Bool) { self = .value(.bool(value)) }
  package init(arrayLiteral elements: Pattern...) { self = .array(elements) }
  package init(dictionaryLiteral members: (String, Pattern)...) {
    self = .object(Dictionary(members) { _, last in last })
  }
}

extension Pattern: CustomStringConvertible {
  package var description: String {
    switch self {
    case .value(let value): value.description
    case .array(let patterns): "[" + patterns.map(\.description).joined(separator: ",") + "]"
    case .object(let members): "{" + members.keys.sorted().joined(separator: ",") + "}"
    case .matching(let expression): "/\(expression)/"
    case .anything: "anything"
    case .absent: "nothing"
    }
  }
}

/// Expects a value to be what the pattern says, in every member.
package func expect(_ value: JSON, _ pattern: Pattern, sourceLocation: SourceLocation = #_sourceLocation) {
  let mismatches = pattern.mismatches(in: value)
  #expect(mismatches.isEmpty, "\(mismatches.joined(separator: "\n"))", sourceLocation: sourceLocation)
}
