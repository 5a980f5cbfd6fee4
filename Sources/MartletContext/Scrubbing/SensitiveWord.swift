/// A word that announces a secret, such as `*password*`.
///
/// It is compared without regard to case (of ASCII letters) with a whole name: what stands behind a blank, up to
/// the next blank, `=` or `:`. A star stands for any run of characters, possibly none; except for a star at the
/// end, it does not pass over `$` or `/`, which begin the name of something that is not typed in here.
struct SensitiveWord: Sendable {
  /// What stands between the stars, in lower case; none is empty.
  private let pieces: [[UInt8]]
  private let startsWithStar: Bool
  private let endsWithStar: Bool

  /// Takes a word that is known to be valid.
  init(_ pattern: String) {
    // The dashes of an option are passed over in the text, so they need not be in the word either.
    let bytes = pattern.utf8.map(\.lowercased).drop { $0 == UInt8(ascii: "-") }
    pieces = bytes.split(separator: UInt8(ascii: "*")).map(Array.init)
    startsWithStar = bytes.first == UInt8(ascii: "*")
    endsWithStar = bytes.last == UInt8(ascii: "*")
  }

  /// Throws what is wrong with a word that somebody configured.
  static func validate(_ pattern: String) throws(SensitiveWordError) {
    guard pattern.utf8.contains(where: { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "-") }) else {
      throw .empty(pattern)
    }
    if let character = pattern.first(where: { $0.isWhitespace || "=:$/".contains($0) }) {
      throw .forbidden(character, in: pattern)
    }
  }

  /// The longest text that a name must hold for the word to match it.
  var needle: [UInt8] {
    pieces.max { $0.count < $1.count } ?? []
  }

  func matches(_ name: Span<UInt8>) -> Bool {
    var position = 0
    if !startsWithStar {
      while position < min(2, name.count), name[position] == UInt8(ascii: "-") { position += 1 }
    }
    for (index, piece) in pieces.enumerated() {
      // Where the piece may start: right here if no star is before it, and as late as possible if none is behind.
      // Otherwise the first place will do: a later one only makes the stars pass over more.
      let isPinned = index == 0 && !startsWithStar
      let isLast = index == pieces.count - 1 && !endsWithStar
      let latest = isPinned ? position : name.count - piece.count
      var start = isLast ? max(position, name.count - piece.count) : position
      while start <= latest, !name.holds(piece, at: start) { start += 1 }
      guard start <= latest else { return false }
      for passed in position..<start where name[passed] == UInt8(ascii: "$") || name[passed] == UInt8(ascii: "/") {
        return false
      }
      position = start + piece.count
    }
    return true
  }
}

/// A word that cannot announce secrets.
package enum SensitiveWordError: Error, Hashable, CustomStringConvertible {
  case empty(String)
  case forbidden(Character, in: String)

  package var description: String {
    switch self {
    case .empty(let word):
      "sensitive word '\(word)' would match everything; write the text to look for, such as '*pin*'"
    case .forbidden(let character, let word):
      "sensitive word '\(word)' holds '\(character)', which cannot be part of a name"
    }
  }
}

extension Span<UInt8> {
  /// Whether the bytes from `start` on begin with these, which are in lower case.
  fileprivate func holds(_ piece: [UInt8], at start: Int) -> Bool {
    guard start + piece.count <= count else { return false }
    for index in piece.indices where self[start + index].lowercased != piece[index] { return false }
    return true
  }
}

extension UInt8 {
  /// The same letter in lower case, if it is one of ASCII.
  var lowercased: UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
  }
}
