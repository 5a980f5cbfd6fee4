import MartletSchema

// JSON text that is kept to be written again.

extension [UInt8] {
  /// The text that `write` makes: one value, or the members of an object without its braces.
  static func rendered(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(capacity: 256)
    write(&writer)
    return writer.array
  }
}

extension JSONWriter {
  /// A copy of what has been written.
  var array: [UInt8] { unsafe bytes.withUnsafeBytes { unsafe Array($0) } }

  /// Splices text that a writer wrote before.
  mutating func rendered(_ text: [UInt8]) { unsafe rendered(text.span.bytes) }
}
