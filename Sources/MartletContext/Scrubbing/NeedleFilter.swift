import MartletModel

/// Tells in one pass over a text that none of some needles is in it.
///
/// It is the Shift-And automaton: a bit for each byte of each needle, set while the needle up to there matches the
/// end of what was read so far. All needles have to share the 64 bits of one register; if they are too long for
/// it, only their beginnings are looked for, so a text that may match has yet to be searched.
struct NeedleFilter: Sendable {
  /// For each byte the places in the needles where it stands.
  private var places = [UInt64](repeating: 0, count: 256)
  /// The first byte of each needle.
  private var starts: UInt64 = 0
  /// The last byte of each needle that is looked for.
  private var ends: UInt64 = 0

  /// Makes a filter for needles in lower case that are found in any case, and for others that are found as they
  /// are. No needle is empty.
  init(anyCase: [[UInt8]], exact: [[UInt8]]) {
    // Where a needle is, the needles within it are, too.
    let shortest = Set(anyCase).filter { needle in
      !anyCase.contains { $0.count < needle.count && needle.firstOccurrence(of: $0) != nil }
    }
    let needles = shortest.map { (bytes: $0, anyCase: true) } + exact.map { (bytes: $0, anyCase: false) }
    func bits(_ limit: Int) -> Int { needles.reduce(0) { $0 + min($1.bytes.count, limit) } }
    let longest = needles.map(\.bytes.count).max() ?? 0
    let limit = stride(from: longest, to: 0, by: -1).first { bits($0) <= UInt64.bitWidth } ?? 0
    guard limit > 0 else {
      // More needles than bits: anything may match.
      (places, starts, ends) = ([UInt64](repeating: 1, count: 256), 1, 1)
      return
    }
    var place: UInt64 = 1
    for needle in needles {
      starts |= place
      for (index, byte) in needle.bytes.prefix(limit).enumerated() {
        places[Int(byte)] |= place
        if needle.anyCase, UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte { places[Int(byte & ~0x20)] |= place }
        if index == min(needle.bytes.count, limit) - 1 { ends |= place }
        place <<= 1
      }
    }
  }

  /// False when none of the needles is in the text.
  func mayMatch(_ text: Span<UInt8>) -> Bool {
    var state: UInt64 = 0
    for index in text.indices {
      state = (state << 1 | starts) & places[Int(text[index])]
      if state & ends != 0 { return true }
    }
    return false
  }
}
