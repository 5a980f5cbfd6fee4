/// A text with stars, each of which stands for any run of bytes.
///
/// Matches from the left without going back: the text after a star is looked for once, and its first place counts. So
/// `*na` is not `banana`; the language defines it like this, and it keeps the work bounded.
struct Pattern: Hashable, Sendable {
  /// The text before the first star; all of the pattern if there is none.
  let start: [UInt8]
  /// The texts that follow one star each.
  let segments: [[UInt8]]
  let endsInStar: Bool
  let hasStar: Bool

  /// The pattern `bytes`; a run of stars is one star.
  init(_ bytes: some Collection<UInt8>) {
    let parts = Array(bytes).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    start = parts.first ?? []
    segments = parts.dropFirst().filter { !$0.isEmpty }
    hasStar = parts.count > 1
    endsInStar = hasStar && parts.last?.isEmpty == true
  }

  /// Whether the pattern covers the whole of `value`.
  func matches(_ value: some RandomAccessCollection<UInt8>) -> Bool {
    guard value.starts(with: start) else { return false }
    var rest = value.dropFirst(start.count)
    for segment in segments {
      guard let end = Self.end(of: segment, in: rest) else { return false }
      rest = rest[end...]
    }
    return rest.isEmpty || endsInStar
  }

  private static func end<Text: RandomAccessCollection<UInt8>>(of part: [UInt8], in text: Text) -> Text.Index? {
    guard let first = part.first else { return text.startIndex }
    var rest = text[...]
    while rest.count >= part.count, let found = rest.firstIndex(of: first) {
      rest = rest[found...]
      if rest.starts(with: part) { return rest.index(found, offsetBy: part.count) }
      rest = rest.dropFirst()
    }
    return nil
  }
}

/// A pattern for paths: a star stays inside of one element, the element `**` stands for any number of elements.
struct Glob: Hashable, Sendable {
  let literal: [UInt8]?
  /// Elements before `**`; all elements if there is none.
  let front: [Pattern]
  /// Elements after `**`; nil if there is none.
  let back: [Pattern]?
  let startsInsideRoot: Bool

  /// The glob `bytes`; nil if `**` is an element of it twice.
  init?(_ bytes: [UInt8]) {
    let star = UInt8(ascii: "*")
    literal = bytes.contains(star) ? nil : bytes
    let elements = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    startsInsideRoot = elements.first?.elementsEqual([star]) == true
    let parts = elements.split(omittingEmptySubsequences: false) { $0.elementsEqual([star, star]) }
    guard parts.count <= 2 else { return nil }
    front = parts[0].map { Pattern($0) }
    back = parts.count == 2 ? parts[1].map { Pattern($0) } : nil
  }

  /// Whether the glob covers all of `value`.
  func matches(_ value: [UInt8]) -> Bool {
    if let literal { return literal == value }
    guard !value.isEmpty else { return false }
    let path = startsInsideRoot ? value.dropFirst() : value[...]
    let elements = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let back else {
      return elements.count == front.count && zip(front, elements).allSatisfy { $0.matches($1) }
    }
    // The two sides are matched apart and may overlap; a `**` at the end needs something to stand for.
    guard elements.count >= max(front.count + (back.isEmpty ? 1 : 0), back.count) else { return false }
    return zip(front, elements).allSatisfy { $0.matches($1) }
      && zip(back, elements.suffix(back.count)).allSatisfy { $0.matches($1) }
  }
}
