/// An object of the schema: a value that writes itself as JSON.
public protocol SchemaObject: Hashable, Sendable {
  /// Writes the members without the braces around them.
  func writeMembers(to writer: inout JSONWriter)
}

extension SchemaObject {
  /// Writes the object.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writeMembers(to: &writer)
    writer.endObject()
  }

  /// The object as JSON text, on one line and without a newline.
  public var json: String {
    var writer = JSONWriter(capacity: 4096)
    write(to: &writer)
    return writer.text
  }
}
