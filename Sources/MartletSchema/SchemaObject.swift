/// An object of the schema: a value that writes itself as JSON and reads itself back.
///
/// The generated types conform; there is no reason for another type to.
public protocol SchemaObject: Hashable, Sendable {
  /// Writes the members without the braces around them.
  func writeMembers(to writer: inout JSONWriter)
  /// Reads the object that comes next, braces included.
  init(from reader: inout JSONReader) throws(Violation)
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

  /// The object that `json` holds, which must be all that it holds.
  ///
  /// What `write(to:)` wrote reads back as an equal value. Text from elsewhere may order its members and spell its
  /// numbers and times differently; it is held to the schema all the same.
  ///
  /// - Throws: the first `Violation` of the schema.
  public init(json: RawSpan) throws(Violation) {
    var reader = JSONReader()
    self = try reader.read(json)
  }

  /// The object that the text `json` holds, which must be all that it holds.
  ///
  /// - Throws: the first `Violation` of the schema.
  public init(json: String) throws(Violation) {
    let utf8 = Array(json.utf8)
    try unsafe self.init(json: utf8.span.bytes)
  }
}

/// What reader and validator know of an object of the schema.
protocol SchemaDefinition: SchemaObject {
  /// All properties, in the schema's order.
  static var properties: [PropertyFacts] { get }
  /// The required properties: bit n stands for property n.
  static var required: UInt64 { get }
  /// The number of the property that `name` names; -1 if there is none.
  static func index(of name: PropertyName) -> Int
  /// Checks the value of property number `index`.
  static func check(
    _ index: Int, with validator: inout EventValidator, _ report: EventValidator.Report
  ) throws(Violation)
}

/// What messages say about a property.
struct PropertyFacts {
  let name: StaticString
  let type: SchemaType

  init(_ name: StaticString, _ type: SchemaType) {
    self.name = name
    self.type = type
  }
}

extension SchemaDefinition {
  /// The violation of a required property that is not there.
  static func missing(_ index: Int, pointer: String, offset: Int) -> Violation {
    let property = properties[index]
    return Violation(pointer: "\(pointer)/\(property.name)", offset: offset, problem: .missing(property.type))
  }

  /// The known name that is nearest to `name`, unless none is near.
  static func closest(to name: String) -> String? {
    let name = Array(name.utf8.prefix(PropertyName.longest + 8))
    let candidates = properties.map { property in
      let known = property.name.description
      return (known, editDistance(name, Array(known.utf8)))
    }
    guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= (best.0.utf8.count + 2) / 3 else { return nil }
    return best.0
  }

  /// How many bytes must be inserted, removed or replaced to make `left` of `right`.
  private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let replaced = diagonal + (byte == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
