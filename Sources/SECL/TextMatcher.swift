/// What a text is compared with: one literal or all members of a list. Matches if one of them does.
struct TextMatcher: Hashable, Sendable {
  private(set) var exact: Set<[UInt8]> = []
  private(set) var patterns: [Pattern] = []
  private(set) var globs: [Glob] = []
  private(set) var regexps: [Regexp] = []
  let ignoresCase: Bool

  init(ignoringCase: Bool) { ignoresCase = ignoringCase }

  mutating func add(exact bytes: [UInt8]) { exact.insert(ignoresCase ? lowercased(bytes) : bytes) }
  mutating func add(_ pattern: Pattern) { patterns.append(pattern) }
  mutating func add(_ glob: Glob) { globs.append(glob) }
  mutating func add(_ regexp: Regexp) { regexps.append(regexp) }

  func matches(_ value: [UInt8]) -> Bool {
    // Regexps carry their own (?i).
    let folded = ignoresCase ? lowercased(value) : value
    return exact.contains(folded) || patterns.contains { $0.matches(folded) } || globs.contains { $0.matches(folded) }
      || regexps.contains { $0.matches(value) }
  }
}

/// `bytes` with ASCII letters in lower case; names in DNS know no other case.
func lowercased(_ bytes: [UInt8]) -> [UInt8] {
  bytes.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
}
