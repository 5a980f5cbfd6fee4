/// A part of an expression, the parts inside of it, and where it is written. A macro is the only part of its name.
struct Outline: Sendable {
  let term: Term
  let source: SourceText
  /// Where in `source` it stands, in bytes.
  let range: Range<Int>
  let parts: [Outline]
}
