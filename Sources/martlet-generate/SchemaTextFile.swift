/// The Swift file that carries the schema and its reference page into the binary.
struct SchemaTextFile {
  let schema: Schema

  static let path = "Sources/MartletSchema/Generated/EventSchema.swift"

  var text: String {
    """
    \(generatedMark)

    /// The contract of every event, as text.
    public enum EventSchema {
      /// `schema/event.schema.json`: the JSON Schema of an event.
      public static var json: String { jsonText.description }

      /// `docs/reference/events.md`: the schema with a table for every definition, in Markdown.
      public static var referencePage: String { referencePageText.description }
    }

    private let jsonText: StaticString = ###\"""
    \(indented(schema.text))
      \"""###

    private let referencePageText: StaticString = ###\"""
    \(indented(ReferencePage(schema: schema).text))
      \"""###

    """
  }

  /// The lines of a literal, two blanks in.
  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  \($0)" }
      .joined(separator: "\n")
  }
}
