extension Span<UInt8> {
  /// A hash for tables that rules fill: whoever makes the texts that are looked up cannot add to them.
  package var hash: UInt64 {
    var result = UInt64(truncatingIfNeeded: count) &* 0x9e37_79b9_7f4a_7c15
    var offset = 0
    while offset + 8 <= count {
      result = mixed(result ^ word(at: offset))
      offset += 8
    }
    if offset < count {
      var rest: UInt64 = 0
      while offset < count {
        rest = rest << 8 | UInt64(self[offset])
        offset += 1
      }
      result = mixed(result ^ rest)
    }
    return result
  }

  /// The eight bytes at `offset`, which must be inside.
  private func word(at offset: Int) -> UInt64 {
    precondition(offset + 8 <= count)
    return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// Whether the bytes are those of `other`.
  func equals(_ other: [UInt8]) -> Bool { equals(other.span) }

  /// Whether the bytes are those of `other`.
  package func equals(_ other: Span<UInt8>) -> Bool { count == other.count && holds(other, at: 0) }

  /// Whether the bytes from `start` on begin with `part`.
  func holds(_ part: Span<UInt8>, at start: Int) -> Bool {
    guard start + part.count <= count else { return false }
    var offset = 0
    while offset + 8 <= part.count {
      if word(at: start + offset) != part.word(at: offset) { return false }
      offset += 8
    }
    while offset < part.count {
      if self[start + offset] != part[offset] { return false }
      offset += 1
    }
    return true
  }

  /// Calls `body` with the bytes in which ASCII letters are in lower case.
  func withLowercased<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { folded in
      for index in indices { unsafe folded[index] = lowercased(self[index]) }
      return unsafe body(Span(_unsafeElements: UnsafeBufferPointer(rebasing: folded[..<count])))
    }
  }
}

/// `byte` in lower case, if it is an ASCII letter.
func lowercased(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

/// Spreads what differs in `word` over all bits.
func mixed(_ word: UInt64) -> UInt64 {
  let product = (word ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
  return product.high ^ product.low
}
