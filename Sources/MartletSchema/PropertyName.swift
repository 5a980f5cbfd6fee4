/// A member's name as words that compare at once; the generated look-ups switch over them.
struct PropertyName {
  /// The names of the schema are at most this long, in bytes.
  static let longest = 24

  /// Length in bytes; 0 for a name that is too long to be one of the schema's.
  let count: Int
  /// Bytes 0 to 7, the first one lowest, zeros past the end.
  let first: UInt64
  /// Bytes 8 to 15.
  let second: UInt64
  /// Bytes 16 to 23.
  let third: UInt64

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer) {
    let length = bytes.count
    guard length <= Self.longest, length > 0 else {
      (count, first, second, third) = (0, 0, 0, 0)
      return
    }
    count = length
    unsafe first = Self.word(bytes, at: 0)
    unsafe second = Self.word(bytes, at: 8)
    unsafe third = Self.word(bytes, at: 16)
  }

  /// The bytes from `start` on, at most eight.
  @inline(__always)
  private static func word(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt64 {
    let length = bytes.count &- start
    if length <= 0 { return 0 }
    if length >= 8 { return unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)) }
    if bytes.count >= 8 {
      // The eight bytes that end with the name, shifted down to what lies past `start`.
      let end = unsafe bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self)
      return UInt64(littleEndian: end) &>> UInt64(truncatingIfNeeded: (8 &- length) &* 8)
    }
    if length >= 4 {
      let head = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
      let tail = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start &+ length &- 4, as: UInt32.self))
      return UInt64(head) | UInt64(tail) &<< UInt64(truncatingIfNeeded: (length &- 4) &* 8)
    }
    let head = unsafe UInt64(bytes[start])
    let middle = unsafe UInt64(bytes[start &+ length / 2]) &<< UInt64(truncatingIfNeeded: length / 2 &* 8)
    let tail = unsafe UInt64(bytes[start &+ length &- 1]) &<< UInt64(truncatingIfNeeded: (length &- 1) &* 8)
    return head | middle | tail
  }
}
