import MartletModel
public import MartletSchema
public import SECL

/// An event that is nothing but given field values. What is not given is derived from what is, as in a real event, or
/// else the zero value.
public final class GivenEvent: EvaluationContext {
  /// A value that a field or a variable cannot have.
  public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Nanoseconds since the epoch that durations are counted back from.
  public let now: Int64
  private var values: [Int: Value] = [:]
  /// For each iterator the values of each of its objects.
  private var objects: [String: [[Int: Value]]] = [:]
  private let variables: [String: Value]
  private let catalogue = Catalogue.shared

  /// The event with `fields`, a value under each field's name; a list of objects under an iterator's, with the names of
  /// fields below it. A null is as good as nothing.
  ///
  /// - Throws: a `Mistake` for a name that is no field and for a value of another type than the field's.
  public init(fields: JSONObject, variables: [String: Value] = [:], now: Int64) throws(Mistake) {
    self.now = now
    self.variables = variables
    for member in fields.members where member.value != .null {
      if let length = catalogue.length(ofIterator: member.name) {
        objects[String(length.name.dropLast(".length".count))] = try Self.objects(member.value, of: member.name)
      } else {
        let (index, value) = try Self.value(member.value, of: member.name)
        if let iterator = catalogue.fields[index].iterator {
          throw Mistake(description: "'\(member.name)' must be given in the objects of '\(iterator)'")
        }
        values[index] = value
      }
    }
  }

  private static func objects(_ json: JSONValue, of iterator: String) throws(Mistake) -> [[Int: Value]] {
    guard case .array(let elements) = json else { throw Mistake(description: "'\(iterator)' is no array of objects") }
    var objects: [[Int: Value]] = []
    for element in elements {
      guard case .object(let object) = element else {
        throw Mistake(description: "'\(iterator)' is no array of objects")
      }
      var values: [Int: Value] = [:]
      for member in object.members where member.value != .null {
        let (index, value) = try value(member.value, of: "\(iterator).\(member.name)")
        values[index] = value
      }
      objects.append(values)
    }
    return objects
  }

  private static func value(_ json: JSONValue, of name: String) throws(Mistake) -> (Int, Value) {
    guard let field = Catalogue.shared.field(named: name) else { throw Mistake(description: "unknown field '\(name)'") }
    guard let value = Value(json, as: field.type) else {
      throw Mistake(description: "the value of '\(name)' is not of type \(field.type.rawValue)")
    }
    return (field.index, value)
  }

  // MARK: Values

  public func value(of field: Field) -> Value {
    guard let iterator = field.iterator else {
      if let value = values[field.index] { return value }
      return derived(field) { value(of: $0) } ?? field.type.zero
    }
    return Value.joined(
      (0..<(objects[iterator]?.count ?? 0)).compactMap { value(of: field, at: $0) }, of: field.type.array)
  }

  public func value(of field: Field, at index: Int) -> Value? {
    guard let iterator = field.iterator, let objects = objects[iterator], objects.indices.contains(index) else {
      return nil
    }
    if let value = objects[index][field.index] { return value }
    return derived(field) { value(of: $0, at: index) } ?? field.type.zero
  }

  public func value(of variable: Variable) -> Value {
    if let value = variables[variable.name] { return value }
    if variable == .processID, let field = catalogue.field(named: "process.pid") { return value(of: field) }
    if variable == .uuid4 { return .string(randomUUID()) }
    return variable.type.zero
  }

  /// What follows for `field` from other fields, which `read` looks up.
  private func derived(_ field: Field, from read: (Field) -> Value?) -> Value? {
    guard let dot = field.name.lastIndex(of: ".") else { return nil }
    let owner = String(field.name[..<dot])
    func beside(_ name: String) -> Value? { catalogue.field(named: "\(owner).\(name)").flatMap(read) }
    switch field.name[field.name.index(after: dot)...] {
    case "length":
      if let list = objects[owner] { return .int(Int64(list.count)) }
      guard case .string(let text) = catalogue.field(named: owner).flatMap(read) else { return nil }
      return .int(Int64(text.count))
    case "rights":
      guard case .int(let mode) = beside("mode") else { return nil }
      return .int(mode & 0o7777)
    case "extension":
      guard case .string(let name) = beside("name") else { return nil }
      return .string(name.lastIndex(of: UInt8(ascii: ".")).map { Array(name[$0...]) } ?? [])
    case "root_domain":
      guard case .string(let name) = catalogue.field(named: owner).flatMap(read) else { return nil }
      return .string(rootDomain(name))
    case "args":
      guard case .strings(let arguments) = beside("argv") else { return nil }
      return .string(Array(arguments.joined(separator: [UInt8(ascii: " ")])))
    case "args_flags":
      guard case .strings(let arguments) = beside("argv") else { return nil }
      return .strings(CommandArguments.flags(in: arguments.map(text)).map { Array($0.utf8) })
    case "args_options":
      guard case .strings(let arguments) = beside("argv") else { return nil }
      return .strings(CommandArguments.options(in: arguments.map(text)).map { Array($0.utf8) })
    default: return nil
    }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension Value {
  /// The value of type `type` that `json` says; nil if it says another. Addresses are texts. For a text, a list of texts
  /// is the names by which it goes.
  public init?(_ json: JSONValue, as type: ValueType) {
    switch (type, json) {
    case (.bool, .bool(let value)): self = .bool(value)
    case (.int, .integer(let value)):
      // Above 2^63 - 1 the one with the same bits, as rules know no other integers.
      guard let number = value.signed ?? value.unsigned.map(Int64.init(bitPattern:)) else { return nil }
      self = .int(number)
    case (.string, .string(let text)): self = .string(Array(text.utf8))
    case (.ip, .string(let text)):
      guard let network = IPNetwork(text) else { return nil }
      self = .ip(network)
    case (.string, .array), (.strings, .array), (.bools, .array), (.ints, .array), (.ips, .array):
      guard case .array(let elements) = json else { return nil }
      let values = elements.compactMap { Value($0, as: type.element) }
      guard values.count == elements.count else { return nil }
      self = .joined(values, of: type.array)
    default: return nil
    }
  }
}
