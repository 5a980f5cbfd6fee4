import Foundation

/// The Swift file of one definition: its struct and keys, its writer, its reader and what the validator needs.
struct TypeFile {
  let schema: Schema
  let definition: Definition

  var path: String { "Sources/MartletSchema/Generated/\(definition.name).swift" }

  var text: String {
    switch definition.form {
    case .alias(let type):
      """
      \(generatedMark)

      \(documentation(definition.description))
      public typealias \(definition.name) = \(type.swiftType)

      """
    case .object(let properties):
      """
      \(generatedMark)

      \(documentation(definition.description))
      public struct \(definition.name): SchemaObject {
      \(properties.map(storedProperty).joined(separator: "\n"))

      \(memberwiseInit(properties))

      \(keys(properties))
      }

      extension \(definition.name) {
        public func writeMembers(to writer: inout JSONWriter) {
      \(properties.map(write).joined(separator: "\n"))
        }

        public init(from reader: inout JSONReader) throws(Violation) {
          self.init(\(startValues(properties)))
          var members = JSONReader.Members()
          while let index = try reader.next(&members, of: Self.self) {
            switch index {
      \(numbered(properties) { "\($0.swiftName) = try reader.\(method($0.type).name)()" })
            default: preconditionFailure("the look-up knows a property that the reader does not")
            }
          }
        }
      }

      extension \(definition.name): SchemaDefinition {
        static var properties: [PropertyFacts] {
      \(facts(properties))
        }

        static var required: UInt64 { \(requiredBits(properties)) }

        static func index(of name: PropertyName) -> Int {
          switch name.count {
      \(lookup(properties))
          default: -1
          }
        }

        static func check(
          _ index: Int, with validator: inout EventValidator, _ report: EventValidator.Report
        ) throws(Violation) {
          switch index {
      \(numbered(properties, indent: "    ", checkCall))
          default: preconditionFailure("the look-up knows a property that the validator does not")
          }
        }
      }

      """
    }
  }

  private func storedProperty(_ property: Property) -> String {
    """
    \(documentation(property.description, indent: "  "))
      \(isBoxed(property) ? "@Boxed " : "")public var \(property.swiftName): \(property.storedType)
    """
  }

  /// Whether a property is kept outside of its object: events would take kilobytes with all that they do not have.
  private func isBoxed(_ property: Property) -> Bool {
    guard !property.isRequired, case .reference(let name) = schema.resolved(property.type) else { return false }
    return schema[name]?.properties.count ?? 0 > 12
  }

  private func memberwiseInit(_ properties: [Property]) -> String {
    let parameters = properties.map { property in
      "    \(property.swiftName): \(property.storedType)\(property.isRequired ? "" : " = nil")"
    }
    let assignments = properties.map { "    self.\($0.swiftName) = \($0.swiftName)" }
    return """
        /// The object with these members; nil leaves a member out.
        public init(
      \(parameters.joined(separator: ",\n"))
        ) {
      \(assignments.joined(separator: "\n"))
        }
      """
  }

  private func keys(_ properties: [Property]) -> String {
    let keys = properties.map { property in
      let text = "\"\(property.key)\":"
      let padded = text.padding(toLength: 32, withPad: " ", startingAt: 0)
      return """
            /// `\(property.key)`
            public static var \(property.swiftName): JSONKey { JSONKey(#"\(padded)"#, \(text.utf8.count)) }
        """
    }
    return """
        /// The names of the members, for those who write the object by hand.
        public enum Key {
      \(keys.joined(separator: "\n"))
        }
      """
  }

  private func write(_ property: Property) -> String {
    let name = property.swiftName
    if isBoxed(property) { return "    _\(name).write(Key.\(name), to: &writer)" }
    let write = "writer.member(Key.\(name), \(name))"
    return property.isRequired ? "    \(write)" : "    if let \(name) { \(write) }"
  }
}

// MARK: Reading and checking

extension TypeFile {
  /// Values to start with for what must be there, before the reader has read it.
  private func requiredZeros(_ properties: [Property]) -> String {
    properties.filter(\.isRequired).map { "\($0.swiftName.filter { $0 != "`" }): \(zero($0.type))" }
      .joined(separator: ", ")
  }

  /// The same on one line or, if that gets long, on several.
  private func startValues(_ properties: [Property]) -> String {
    let zeros = requiredZeros(properties)
    if zeros.count < 100 { return zeros }
    let arguments = properties.filter(\.isRequired).map { requiredZeros([$0]) }
    return "\n      " + arguments.joined(separator: ",\n      ") + "\n    "
  }

  private func zero(_ type: ValueType) -> String {
    switch schema.resolved(type) {
    case .string: #""""#
    case .integer: "0"
    case .boolean: "false"
    case .dateTime: "Timestamp(nanoseconds: 0)"
    case .any: "nil"
    case .anyObject, .map: "[:]"
    case .array: "[]"
    case .reference(let name): "\(name)(\(requiredZeros(schema[name]?.properties ?? [])))"
    }
  }

  /// One `case` for every property, by its number.
  private func numbered(
    _ properties: [Property], indent: String = "      ", _ statement: (Property) -> String
  ) -> String {
    properties.enumerated().map { "\(indent)case \($0): \(statement($1))" }.joined(separator: "\n")
  }

  /// The method of reader and validator for a type, and the object type that it is generic over.
  private func method(_ type: ValueType) -> (name: String, object: String?) {
    switch schema.resolved(type) {
    case .string: return ("string", nil)
    case .integer: return ("integer", nil)
    case .boolean: return ("boolean", nil)
    case .dateTime: return ("timestamp", nil)
    case .any: return ("value", nil)
    case .anyObject: return ("untypedObject", nil)
    case .reference(let name): return ("object", name)
    case .map: return ("stringLists", nil)
    case .array(let element):
      switch schema.resolved(element) {
      case .string: return ("strings", nil)
      case .reference(let name): return ("objects", name)
      default: return ("values", nil)
      }
    }
  }

  private func checkCall(_ property: Property) -> String {
    let (name, object) = method(property.type)
    let method = name == "timestamp" ? "dateTime" : name
    return "try validator.\(method)(\(object.map { "\($0).self, " } ?? "")report)"
  }

  private func schemaType(_ type: ValueType) -> String {
    switch schema.resolved(type) {
    case .string: "string"
    case .integer: "integer"
    case .boolean: "boolean"
    case .dateTime: "dateTime"
    case .any: "any"
    case .anyObject, .map, .reference: "object"
    case .array: "array"
    }
  }

  private func facts(_ properties: [Property]) -> String {
    let facts = properties.map { "PropertyFacts(\"\($0.key)\", .\(schemaType($0.type)))" }
    if facts.count == 1 { return "    [\(facts[0])]" }
    return "    [\n" + facts.map { "      \($0),\n" }.joined() + "    ]"
  }

  /// Bit n is property n.
  private func requiredBits(_ properties: [Property]) -> String {
    let mask = properties.enumerated().reduce(UInt64(0)) { $0 | ($1.element.isRequired ? 1 << UInt64($1.offset) : 0) }
    return grouped("0b", String(mask, radix: 2), by: 8)
  }

  /// A switch over names as words: by length, then by the first eight bytes, then by the rest.
  private func lookup(_ properties: [Property]) -> String {
    let byLength = Dictionary(grouping: properties.enumerated(), by: { $0.element.key.utf8.count })
    return byLength.keys.sorted().map { length in
      let cases = byLength[length, default: []].map { index, property in
        let words = property.words
        let rest = ["second", "third"].enumerated().filter { length > ($0.offset + 1) * 8 }
          .map { "name.\($0.element) == \(words[$0.offset + 1])" }
        let condition = rest.isEmpty ? "" : " where " + rest.joined(separator: " && ")
        let line = "      case \(words[0])\(condition): \(index)"
        return line.count < 80 ? "\(line)  // \(property.key)" : "      // \(property.key)\n\(line)"
      }
      return """
            case \(length):
              switch name.first {
        \(cases.joined(separator: "\n"))
              default: -1
              }
        """
    }.joined(separator: "\n")
  }
}

/// The first line of every generated Swift file.
let generatedMark = "// Generated by martlet-generate from schema/event.schema.json. Edits are lost."

/// A doc comment of lines that fit into 120 columns.
func documentation(_ text: String, indent: String = "") -> String {
  var lines: [String] = []
  var line = "\(indent)///"
  for word in text.split(separator: " ") {
    if line.count + 1 + word.count > 120 {
      lines.append(line)
      line = "\(indent)///"
    }
    line += " \(word)"
  }
  return (lines + [line]).joined(separator: "\n")
}
