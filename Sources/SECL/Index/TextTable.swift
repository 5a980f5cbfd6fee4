/// A table from texts to entries, made once.
struct TextTable: Sendable {
  private let texts: [[UInt8]]
  private let hashes: [UInt64]
  private var slots: [UInt32]
  private let mask: Int
  /// A bit for each number of bytes that a text has; the last for all longer ones too.
  let lengths: UInt64

  /// The table of `texts`, the entry of each being its place in the list. No text may be there twice.
  init(_ texts: [[UInt8]]) {
    self.texts = texts
    hashes = texts.map { $0.span.hash }
    lengths = texts.reduce(0) { $0 | lengthBit($1.count) }
    var size = 4
    while size < texts.count * 2 { size *= 2 }
    mask = size - 1
    slots = Array(repeating: 0, count: size)
    for (entry, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(entry) + 1
    }
  }

  /// The entry of `text`; nil if there is none.
  func entry(of text: Span<UInt8>) -> Int? {
    guard lengths & lengthBit(text.count) != 0 else { return nil }
    let hash = text.hash
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let entry = Int(slots[slot]) - 1
      if hashes[entry] == hash, text.equals(texts[entry]) { return entry }
      slot = (slot + 1) & mask
    }
    return nil
  }
}

/// The bit in `TextTable.lengths` of a text with so many bytes.
func lengthBit(_ count: Int) -> UInt64 { 1 << UInt64(min(count, 63)) }
