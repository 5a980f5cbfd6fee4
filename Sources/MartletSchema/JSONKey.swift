/// A member's name as it stands in JSON, quotes and colon included: `"path":`.
///
/// The generated types list theirs, as in `EventDocument.Key.process`.
public struct JSONKey: Sendable, BitwiseCopyable {
  /// The length of every `text`, for copies of a size that the compiler knows.
  static let capacity = 32

  /// Quoted name and colon, filled up with blanks.
  let text: StaticString
  /// Length of quoted name and colon.
  let count: Int

  /// The key whose JSON text is the first `count` bytes of `text`: a quoted name that needs no escape and a colon.
  @inline(__always)
  init(_ text: StaticString, _ count: Int) {
    self.text = text
    self.count = count
  }
}
