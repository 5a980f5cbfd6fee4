/// A table from numbers to entries, made once: open addressing, at most half full.
struct NumberTable: Sendable {
  private var keys: [UInt64]
  /// The entry and one more; 0 where there is none.
  private var entries: [UInt32]
  private let mask: Int

  /// The table of `numbers`, the entry of each being its place in the list. No number may be there twice.
  init(_ numbers: [UInt64]) {
    var size = 4
    while size < numbers.count * 2 { size *= 2 }
    mask = size - 1
    keys = Array(repeating: 0, count: size)
    entries = Array(repeating: 0, count: size)
    for (entry, number) in numbers.enumerated() {
      var slot = Int(truncatingIfNeeded: mixed(number)) & mask
      while entries[slot] != 0 { slot = (slot + 1) & mask }
      keys[slot] = number
      entries[slot] = UInt32(entry) + 1
    }
  }

  /// The entry of `number`; nil if there is none.
  func entry(of number: UInt64) -> Int? {
    var slot = Int(truncatingIfNeeded: mixed(number)) & mask
    while entries[slot] != 0 {
      if keys[slot] == number { return Int(entries[slot]) - 1 }
      slot = (slot + 1) & mask
    }
    return nil
  }
}
