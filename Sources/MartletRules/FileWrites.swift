import SECL

/// The shorthand `fim.write.file.`: a file was written or changed in any way. A rule with it stands for one rule for
/// each way, made by putting another prefix in its place.
enum FileWrites {
  static let prefix = "fim.write.file."

  /// Whether `text` has the shorthand.
  static func isUsed(in text: String) -> Bool {
    let (text, prefix) = (Array(text.utf8), Array(prefix.utf8))
    return text.indices.contains { text[$0...].starts(with: prefix) }
  }

  /// The rules that `rule` stands for; itself alone if it does not have the shorthand.
  static func expanded(_ rule: String) -> [String] {
    guard isUsed(in: rule) else { return [rule] }
    return ways.map { way in
      let text = rule.replacing(prefix, with: way.prefix)
      // The bracket stands on a line of its own, as the rule may end in a comment.
      return way.condition.map { "(\(text)\n) && \($0)" } ?? text
    }
  }

  /// Whether the way of that number adds a condition to the rule: then the rule is the first of two parts.
  static func hasCondition(way number: Int) -> Bool { ways.indices.contains(number) && ways[number].condition != nil }

  /// The place in `rule` of what is at `position` in the text that `expanded` makes of it for the way of that number.
  static func place(of position: SourcePosition, way number: Int, in rule: String) -> SourcePosition {
    guard isUsed(in: rule), ways.indices.contains(number) else { return position }
    let (new, condition) = ways[number]
    var column = position.column - (condition != nil && position.line == 1 ? 1 : 0)
    let lines = rule.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(position.line - 1) else { return position }
    let (line, prefix) = (Array(lines[position.line - 1].unicodeScalars), Array(prefix.unicodeScalars))
    for start in line.indices where line[start...].starts(with: prefix) {
      if column <= start + 1 { break }
      column = max(column - new.count + prefix.count, start + 1)
    }
    return SourcePosition(line: position.line, column: max(column, 1))
  }

  private static let ways: [(prefix: String, condition: String?)] = [
    ("open.file.", "open.flags & (O_CREAT|O_TRUNC|O_APPEND|O_RDWR|O_WRONLY) > 0"),
    ("chmod.file.", "(chmod.file.destination.mode != chmod.file.mode)"),
    (
      "chown.file.",
      """
      ((chown.file.destination.uid != -1 && chown.file.destination.uid != chown.file.uid) \
      || (chown.file.destination.gid != -1 && chown.file.destination.gid != chown.file.gid))
      """
    ),
    ("link.file.", nil),
    ("rename.file.", nil),
    ("rename.file.destination.", nil),
    ("unlink.file.", nil),
    ("utimes.file.", nil),
  ]
}

extension String {
  /// The text with every `part` replaced.
  fileprivate func replacing(_ part: String, with replacement: String) -> String {
    var result: [UInt8] = []
    var rest = Array(utf8)[...]
    let (part, replacement) = (Array(part.utf8), Array(replacement.utf8))
    while let first = rest.first {
      if rest.starts(with: part) {
        result += replacement
        rest = rest.dropFirst(part.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
