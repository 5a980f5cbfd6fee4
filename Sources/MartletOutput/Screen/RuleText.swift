import MartletModel

extension ScreenLine {
  /// `▲ high  shadow_file_read  Password hashes were read  T1003.008`: a rule that an event matched.
  ///
  /// Rules are written by people who are trusted with the host, but not with its terminals: their texts are made safe
  /// like any other.
  mutating func add(_ rule: RuleSignature) {
    add("▲ ", rule.ink)
    if !rule.severity.isEmpty {
      add(word: rule.severity, rule.ink)
      add("  ")
    }
    add(word: rule.id, .bold)
    if !rule.title.isEmpty {
      add("  ")
      add(words: rule.title.split(separator: " ").map(String.init))
    }
    if !rule.technique.isEmpty { add(tail: "  ", word: rule.technique, .dim) }
  }
}

extension RuleSignature {
  /// As loud as the rule is severe.
  fileprivate var ink: Ink {
    switch severity {
    case "low": .blue
    case "medium": .yellow
    default: .red
    }
  }
}
