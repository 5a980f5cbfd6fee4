internal import CZlib

/// How an event stands in a segment: a header of 16 bytes, little-endian, and the event's text.
///
///     offset  bytes
///     0       4      bytes of the text
///     4       4      CRC-32 of all that follows
///     8       8      sequence number
///     16             the text: one JSON object without a line end
package enum Frame {
  package static let headerSize = 16
  /// The longest text that is kept, in bytes.
  package static let longest = 16 << 20

  /// What stands at a place in a segment.
  package enum Finding: Equatable {
    case event(text: Range<Int>, sequence: UInt64)
    /// The bytes that are there may be the beginning of a frame of this size.
    case incomplete(size: Int)
    /// No frame.
    case nothing
  }

  /// What stands at `offset` of `bytes`, which are a part of a segment.
  package static func find(in bytes: RawSpan, at offset: Int) -> Finding {
    let there = bytes.byteCount - offset
    guard there >= headerSize else { return .incomplete(size: headerSize) }
    let count = Int(bytes.integer(at: offset, as: UInt32.self))
    guard count > 0, count <= longest else { return .nothing }
    guard there >= headerSize + count else { return .incomplete(size: headerSize + count) }
    guard checksum(bytes.extracting(offset + 8..<offset + headerSize + count)) == bytes.integer(at: offset + 4)
    else { return .nothing }
    return .event(
      text: offset + headerSize..<offset + headerSize + count, sequence: bytes.integer(at: offset + 8))
  }

  static func checksum(_ bytes: RawSpan) -> UInt32 {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe UInt32(
        truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
  }
}

/// Events on their way into a segment, one frame after the other.
package struct FrameBatch {
  package private(set) var bytes: [UInt8] = []
  /// Events.
  package private(set) var count = 0

  private static let blank = [UInt8](repeating: 0, count: Frame.headerSize)

  package init() {}

  package mutating func removeAll() {
    // Memory that was made goes on being of use in a flood; behind it, it goes.
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20 || bytes.count > bytes.capacity / 8)
    count = 0
  }

  /// Adds a frame whose text is what `pieces` hands to its argument; number and checksum come later.
  ///
  /// - Precondition: the text has at most `Frame.longest` bytes.
  package mutating func append(_ pieces: ((RawSpan) -> Void) -> Void) {
    let start = bytes.count
    bytes += Self.blank
    pieces { piece in unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
    bytes.store(UInt32(bytes.count - start - Frame.headerSize), at: start)
    count += 1
  }

  /// Completes the frames from `offset` on: the first has number `first`.
  mutating func number(from offset: Int, first: UInt64) {
    var (offset, sequence) = (offset, first)
    while offset < bytes.count {
      let end = end(ofFrameAt: offset)
      bytes.store(sequence, at: offset + 8)
      bytes.store(Frame.checksum(bytes.rawSpan.extracting(offset + 8..<end)), at: offset + 4)
      (offset, sequence) = (end, sequence + 1)
    }
  }

  /// The frames that stand whole between `offset` and `end`: how many, and where the last one ends.
  func wholeFrames(from offset: Int, to end: Int) -> (count: Int, end: Int) {
    var (count, offset) = (0, offset)
    while offset < bytes.count, self.end(ofFrameAt: offset) <= end {
      count += 1
      offset = self.end(ofFrameAt: offset)
    }
    return (count, offset)
  }

  private func end(ofFrameAt offset: Int) -> Int {
    offset + Frame.headerSize + Int(bytes.rawSpan.integer(at: offset, as: UInt32.self))
  }
}

extension RawSpan {
  /// The little-endian integer at `offset`, which must be inside.
  package func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer {
    Integer(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
  }
}

extension [UInt8] {
  /// The bytes, without a copy.
  package var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get { unsafe span.bytes }
  }

  /// Puts a little-endian integer at `offset`, where there must be room.
  package mutating func store<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer, at offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<Integer>.size <= count)
    unsafe withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
    }
  }
}
