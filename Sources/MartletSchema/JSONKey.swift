/// A member's name as it stands in JSON, quotes and colon included: `"path":`.
///
/// The generated types list theirs, as in `EventDocument.Key.process`.
public struct JSONKey: Sendable, BitwiseCopyable {
  /// Quoted name and colon, ready to be copied.
  let text: StaticString

  /// The key whose JSON text is `text`, a quoted name that needs no escape and a colon: `"path":`.
  @inline(__always)
  public init(_ text: StaticString) { self.text = text }
}
