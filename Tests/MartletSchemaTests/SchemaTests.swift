import Foundation
import Testing

@testable import MartletSchema
@testable import martlet_generate

/// The root of the repository.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path

struct SchemaTests {
  /// `Fixtures/structure.json` is the schema that other agents' events follow, without its descriptions and its id.
  @Test func `the schema has the structure that readers of events rely on`() throws {
    let expected = try JSONValue(parsing: text(of: "Tests/MartletSchemaTests/Fixtures/structure.json"))
    #expect(try JSONValue(parsing: EventSchema.json).withoutDescriptions == expected)
  }

  @Test func `it holds 43 definitions, 263 properties in them and 26 at the top`() throws {
    let schema = try Schema(parsing: EventSchema.json)
    let definitions = schema.definitions.filter { $0.name != Schema.eventName }
    #expect(definitions.count == 43)
    #expect(definitions.map(\.properties.count).reduce(0, +) == 263)
    #expect(schema[Schema.eventName]?.properties.count == 26)
  }

  @Test func `every definition and property says what it is`() throws {
    let schema = try Schema(parsing: EventSchema.json)
    for definition in schema.definitions {
      #expect(definition.description.count > 5, "\(definition.name)")
      for property in definition.properties {
        #expect(property.description.count > 5, "\(definition.name).\(property.key)")
      }
    }
  }

  @Test func `every generated file is fresh`() throws {
    let stale = Generate.staleFiles(in: root, comparedTo: try Generate.generatedFiles(in: root))
    #expect(stale == [], "run 'make generate'")
  }

  @Test func `a file that differs, lacks or is left over is stale`() throws {
    var files = try Generate.generatedFiles(in: root)
    let folder = Generate.folder
    files["\(folder)/File.swift"]? += "\n"
    files["\(folder)/Missing.swift"] = ""
    files["\(folder)/Process.swift"] = nil
    let expected = ["File.swift", "Missing.swift", "Process.swift"].map { "\(folder)/\($0)" }
    #expect(Generate.staleFiles(in: root, comparedTo: files) == expected)
  }

  @Test func `the binary carries the schema and the reference page as they stand in the repository`() throws {
    #expect(try EventSchema.json == text(of: "schema/event.schema.json"))
    #expect(try EventSchema.referencePage == text(of: "docs/reference/events.md"))
  }

  private func text(of path: String) throws -> String {
    try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
  }
}

extension JSONValue {
  /// The value that `text` holds.
  init(parsing text: String) throws(Violation) {
    let wrapped = #"{"name":"n","variables":{"value":\#(text)}}"#
    self = try EventContext(json: wrapped).variables?["value"] ?? .null
  }

  /// A schema without what does not bear on validity.
  var withoutDescriptions: JSONValue {
    switch self {
    case .array(let elements): .array(elements.map(\.withoutDescriptions))
    case .object(let object):
      .object(
        JSONObject(
          object.members.filter { member in
            if case .string = member.value { return member.name != "description" && member.name != "$id" }
            return true
          }.map { JSONObject.Member(name: $0.name, value: $0.value.withoutDescriptions) }))
    default: self
    }
  }
}
