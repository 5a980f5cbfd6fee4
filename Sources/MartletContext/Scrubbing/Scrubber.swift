/// Replaces the secrets in the arguments of a process by asterisks, before they leave the host.
///
/// A secret is what follows a sensitive word, or an access key id of a cloud; `docs/decisions/0010-scrubbing.md`
/// says which and why. The time it takes grows with the length of the arguments and no faster, whatever they
/// hold, and arguments without any sensitive word cost one pass over their bytes.
package struct Scrubber: Sendable {
  /// What stands in an argument in the place of a secret.
  package static let mask = "********"

  /// The words that announce a secret, whatever else is configured; `*` stands for any run of characters.
  package static let standardWords = [
    "*password*", "*passwd*", "*mysql_pwd*", "*access_token*", "*auth_token*", "*api_key*", "*apikey*",
    "*secret*", "*credentials*", "stripetoken", "*token*",
  ]

  private let words: [SensitiveWord]
  private let filter: NeedleFilter

  /// Makes a scrubber of the standard words.
  package init() {
    self.init(words: Self.standardWords)
  }

  /// Makes a scrubber of the standard words and more of their kind.
  ///
  /// - Throws: when a word would never match, or always.
  package init(additionalWords: [String]) throws(SensitiveWordError) {
    for word in additionalWords { try SensitiveWord.validate(word) }
    self.init(words: Self.standardWords + additionalWords)
  }

  private init(words: [String]) {
    self.words = words.map(SensitiveWord.init)
    filter = NeedleFilter(anyCase: self.words.map(\.needle), exact: cloudKeyPrefixes)
  }

  /// The arguments with their secrets masked, as many as before and in the same order.
  ///
  /// The first is the name of the program. It stays as it is, but a word at its end announces the next argument.
  package func scrub(_ arguments: [String]) -> [String] {
    guard arguments.contains(where: { filter.mayMatch($0.utf8Span.span) }) else { return arguments }
    var scrubbed = arguments
    var awaitsSecret = false
    for (index, argument) in arguments.enumerated() {
      let text = argument.utf8Span.span
      let secrets = announcedSecrets(in: text, isProgram: index == 0, &awaitsSecret) + text.cloudKeys
      if index > 0, !secrets.isEmpty { scrubbed[index] = text.masking(secrets) }
    }
    return scrubbed
  }

  /// Where an argument holds secrets that a word announces. `awaitsSecret` says whether a word was the last thing
  /// before the argument, and afterwards whether one is the last thing in it.
  private func announcedSecrets(
    in text: Span<UInt8>, isProgram: Bool, _ awaitsSecret: inout Bool
  ) -> [Range<Int>] {
    // The boundary tells where such a secret ends, so the blanks in it are part of it.
    var secrets = awaitsSecret ? [0..<text.count] : []
    awaitsSecret = false
    var position = 0
    while let token = text.token(from: position) {
      position = token.upperBound
      if awaitsSecret {
        // In `password = x` the secret is still to come.
        if token.count == 1, text[token.lowerBound].endsName { continue }
        secrets.append(token)
        awaitsSecret = false
      }
      // A word is one only behind a blank, or behind the boundary of an argument.
      if isProgram, token.lowerBound == 0 { continue }
      let nameEnd = token.first { text[$0].endsName } ?? token.upperBound
      let name = text.extracting(token.lowerBound..<nameEnd)
      guard words.contains(where: { $0.matches(name) }) else { continue }
      if nameEnd + 1 < token.upperBound {
        secrets.append(nameEnd + 1..<token.upperBound)
      } else {
        // Nothing right behind `=` is an empty value, but `name: value` is common.
        awaitsSecret = nameEnd == token.upperBound || text[nameEnd] == UInt8(ascii: ":")
      }
    }
    return secrets
  }
}

extension Span<UInt8> {
  /// The next run of bytes that are not blank.
  fileprivate func token(from position: Int) -> Range<Int>? {
    var start = position
    while start < count, self[start].isBlank { start += 1 }
    var end = start
    while end < count, !self[end].isBlank { end += 1 }
    return start < end ? start..<end : nil
  }

  /// The text with these ranges masked. Of two ranges one encloses the other, or they have nothing in common.
  fileprivate func masking(_ secrets: [Range<Int>]) -> String {
    var result: [UInt8] = []
    var copied = 0
    for secret in secrets.sorted(by: { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) })
    where secret.lowerBound >= copied {
      for index in copied..<secret.lowerBound { result.append(self[index]) }
      result.append(contentsOf: Scrubber.mask.utf8)
      copied = secret.upperBound
    }
    for index in copied..<count { result.append(self[index]) }
    return String(decoding: result, as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || 0x09...0x0d ~= self }

  /// What may stand between a word and its secret, apart from blanks.
  fileprivate var endsName: Bool { self == UInt8(ascii: "=") || self == UInt8(ascii: ":") }
}
