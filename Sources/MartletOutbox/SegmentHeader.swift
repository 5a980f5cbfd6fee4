/// What stands at the beginning of a segment: 40 bytes, little-endian.
///
///     offset  bytes
///     0       8      "martlet\n"
///     8       4      version of the format, 1
///     12      4      CRC-32 of all that follows
///     16      8      sequence number of the first event
///     24      16     the writer's instance
package struct SegmentHeader: Hashable, Sendable {
  package static let size = 40
  package static let instanceSize = 16
  private static let magic = Array("martlet\n".utf8)
  private static let version: UInt32 = 1

  /// Sequence number of the segment's first event.
  package let first: UInt64
  /// Random bytes that a writer drew when it opened the outbox. Numbers may be given again after a power cut took
  /// events that had not reached the disk; instance and number together are never the same for two events.
  package let instance: [UInt8]

  package init(first: UInt64, instance: [UInt8]) {
    self.first = first
    self.instance = instance
  }

  /// Reads a header; nil if it is none, or not yet all of one.
  package init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Self.size,
      Self.magic.indices.allSatisfy({ bytes.integer(at: $0, as: UInt8.self) == Self.magic[$0] }),
      bytes.integer(at: 8) == Self.version,
      bytes.integer(at: 12) == Frame.checksum(bytes.extracting(16..<Self.size))
    else { return nil }
    first = bytes.integer(at: 16)
    instance = (24..<Self.size).map { bytes.integer(at: $0) }
  }

  package var bytes: [UInt8] {
    var bytes = Self.magic + [UInt8](repeating: 0, count: 16) + instance
    bytes.store(Self.version, at: 8)
    bytes.store(first, at: 16)
    bytes.store(Frame.checksum(bytes.rawSpan.extracting(16..<Self.size)), at: 12)
    return bytes
  }

  // MARK: Names

  private static let suffix = ".segment"
  private static let digits = 20

  /// The name of the segment's file: `00000000000000000001.segment`.
  package static func name(first: UInt64) -> String {
    let number = String(first)
    return String(repeating: "0", count: digits - number.utf8.count) + number + suffix
  }

  /// The number of the first event of a segment with that file name; nil if it is none of ours.
  package static func first(ofFile name: String) -> UInt64? {
    guard name.hasSuffix(suffix), name.utf8.count == digits + suffix.utf8.count else { return nil }
    return UInt64(name.dropLast(suffix.utf8.count))
  }
}
