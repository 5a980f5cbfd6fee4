/// Four bytes each that texts may have anywhere: one pass over a text finds all that it has. ASCII case does not count.
struct WindowTable: Sendable {
  private let table: NumberTable
  /// A bit for each window's hash, so that most places of most texts need no more than a look at it.
  private var bits: [UInt64]
  private let shift: UInt64

  /// The table of `windows`, the entry of each being its place in the list. No window may be there twice.
  init(_ windows: [UInt32]) {
    table = NumberTable(windows.map(UInt64.init))
    var size = 12
    while 1 << size < windows.count * 32, size < 24 { size += 1 }
    shift = UInt64(64 - size)
    bits = Array(repeating: 0, count: 1 << (size - 6))
    for window in windows {
      let hash = Self.hash(window) >> shift
      bits[Int(hash >> 6)] |= 1 << (hash & 63)
    }
  }

  private static func hash(_ window: UInt32) -> UInt64 { UInt64(window) &* 0x9e37_79b9_7f4a_7c15 }

  /// Calls `found` for each entry that `text` has, once for each place.
  func search(_ text: Span<UInt8>, _ found: (Int) -> Void) {
    guard text.count >= 4 else { return }
    var window: UInt32 = 0
    for index in text.indices {
      window = window << 8 | UInt32(lowercased(text[index]))
      guard index >= 3 else { continue }
      let hash = Self.hash(window) >> shift
      guard bits[Int(hash >> 6)] >> (hash & 63) & 1 != 0, let entry = table.entry(of: UInt64(window)) else { continue }
      found(entry)
    }
  }

  /// All windows of `text`.
  static func windows(of text: [UInt8]) -> [UInt32] {
    guard text.count >= 4 else { return [] }
    return (0...(text.count - 4)).map { start in
      text[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32(lowercased($1)) }
    }
  }
}
