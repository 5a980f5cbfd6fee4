import MartletModel
public import SECL

/// Finds fields for people.
public struct FieldSearch: Sendable {
  /// Nothing answers to the question.
  public struct NotFound: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is the event type that there is not.
    public let isUnknownType: Bool
    public let description: String
  }

  /// An event type that rules may be about.
  public struct EventType: Hashable, Sendable {
    public let name: String
    /// What happened, in one line.
    public let docs: String
    /// Whether events of this type are seen by this version.
    public let isProduced: Bool
  }

  /// All event types, by name.
  public static let eventTypes = EventFields.all.map {
    EventType(name: $0.type, docs: $0.docs, isProduced: $0.isProduced)
  }

  /// The fields that match `pattern`, of the event type `type` or of all: the one of exactly that name, present or older,
  /// if there is one; else those whose whole name matches it, if it has a star, or contains it.
  public static func fields(matching pattern: String?, type: String?) throws(NotFound) -> [Field] {
    var fields = Catalogue.shared.fields
    if let type {
      guard eventTypes.contains(where: { $0.name == type }) else {
        let suggestion = suggestion(for: type, in: eventTypes.map(\.name))
        throw NotFound(isUnknownType: true, description: "unknown event type '\(type)'\(suggestion)")
      }
      fields = fields.filter { $0.eventType == type || $0.onlyWith.contains(type) }
    }
    guard let pattern else { return fields }
    if let field = Catalogue.shared.field(named: pattern), fields.contains(field) { return [field] }
    let found = fields.filter { matches($0.name, pattern) }
    if found.isEmpty {
      let suggestion = suggestion(for: pattern, in: fields.map(\.name))
      throw NotFound(isUnknownType: false, description: "no field matches '\(pattern)'\(suggestion)")
    }
    return found
  }

  /// What `text`, an expression or a pattern that is being typed, may go on as: its last word as the beginning of a field's
  /// name.
  public static func completions(of text: String) -> [String] {
    let bytes = text.utf8
    let start = bytes.lastIndex { !isPartOfName($0) }.map { bytes.index(after: $0) } ?? bytes.startIndex
    let (before, word) = (text[..<start], text[start...])
    return Catalogue.shared.fieldNames.filter { $0.hasPrefix(word) }.map { before + $0 }
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func matches(_ name: String, _ pattern: String) -> Bool {
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
      return name.utf8.firstOccurrence(of: pattern.utf8) != nil
    }
    guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else { return false }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for piece in pieces[1..<pieces.count - 1] where !piece.isEmpty {
      guard let range = rest.utf8.firstOccurrence(of: piece.utf8) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
