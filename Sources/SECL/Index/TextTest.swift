/// A `TextMatcher` that asks without copying: for the same texts the same answer.
final class TextTest: Sendable {
  private let single: [UInt8]?
  private let exact: TextTable?
  private let patterns: [Pattern]
  private let globs: [Glob]
  private let regexps: [Regexp]
  private let ignoresCase: Bool
  /// Lengths of the texts that may match, a `lengthBit` each.
  let lengths: UInt64

  init(_ matcher: TextMatcher) {
    single = matcher.exact.count == 1 ? matcher.exact.first : nil
    exact = matcher.exact.count > 1 ? TextTable(Array(matcher.exact)) : nil
    patterns = matcher.patterns
    globs = matcher.globs
    regexps = matcher.regexps
    ignoresCase = matcher.ignoresCase
    let isExact = patterns.isEmpty && globs.isEmpty && regexps.isEmpty
    lengths = isExact ? matcher.exact.reduce(0) { $0 | lengthBit($1.count) } : .max
  }

  func matches(_ value: Span<UInt8>) -> Bool {
    if ignoresCase ? value.withLowercased({ matchesFolded($0) }) : matchesFolded(value) { return true }
    for regexp in regexps where regexp.matches(value) { return true }
    return false
  }

  private func matchesFolded(_ value: Span<UInt8>) -> Bool {
    if let single, value.equals(single) { return true }
    if let exact, exact.entry(of: value) != nil { return true }
    for pattern in patterns where pattern.covers(value) { return true }
    for glob in globs where glob.covers(value) { return true }
    return false
  }
}

extension Pattern {
  /// As `matches`, without copying.
  func covers(_ value: Span<UInt8>) -> Bool {
    guard value.holds(start.span, at: 0) else { return false }
    var offset = start.count
    for segment in segments {
      let part = segment.span
      while !value.holds(part, at: offset) {
        offset += 1
        if offset + part.count > value.count { return false }
      }
      offset += part.count
    }
    return offset == value.count || endsInStar
  }
}

extension Glob {
  /// As `matches`, without copying.
  func covers(_ value: Span<UInt8>) -> Bool {
    if let literal { return value.equals(literal) }
    guard !value.isEmpty else { return false }
    let path = startsInsideRoot ? value.extracting(droppingFirst: 1) : value
    var elements = 1
    for index in path.indices where path[index] == UInt8(ascii: "/") { elements += 1 }
    guard let back else { return elements == front.count && Self.cover(front, path, from: 0) }
    guard elements >= max(front.count + (back.isEmpty ? 1 : 0), back.count) else { return false }
    return Self.cover(front, path, from: 0) && Self.cover(back, path, from: elements - back.count)
  }

  /// Whether `patterns` cover the elements of `path` from the one at `start` on, one each.
  private static func cover(_ patterns: [Pattern], _ path: Span<UInt8>, from start: Int) -> Bool {
    if patterns.isEmpty { return true }
    let slash = UInt8(ascii: "/")
    var offset = 0
    for _ in 0..<start {
      while path[offset] != slash { offset += 1 }
      offset += 1
    }
    for pattern in patterns {
      var end = offset
      while end < path.count, path[end] != slash { end += 1 }
      guard pattern.covers(path.extracting(offset..<end)) else { return false }
      offset = end + 1
    }
    return true
  }
}
