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

  /// The name of `count` bytes, at most 24, at `start`, from where 24 bytes can be loaded.
  @inline(__always)
  init(loading start: UnsafePointer<UInt8>, count: Int) {
    let bytes = unsafe UnsafeRawPointer(start)
    self.count = count
    first = unsafe UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) & Self.mask(count)
    second =
      unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) & Self.mask(count &- 8)
    third =
      unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)) & Self.mask(count &- 16)
  }

  /// The name that `bytes` spell.
  init(_ bytes: UnsafeRawBufferPointer) {
    var padded = InlineArray<24, UInt8>(repeating: 0)
    let count = bytes.count <= Self.longest ? bytes.count : 0
    for index in 0..<count { padded[index] = unsafe bytes[index] }
    self = unsafe padded.span.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { preconditionFailure("an inline array has an address") }
      return unsafe PropertyName(loading: start, count: count)
    }
  }

  /// Ones over the `count` lowest bytes, from none to all eight.
  @inline(__always)
  private static func mask(_ count: Int) -> UInt64 {
    count >= 8 ? .max : count <= 0 ? 0 : (1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1
  }
}
