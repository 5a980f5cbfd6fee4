import Glibc

/// How far a sink has come: everything up to `sequence` was acknowledged, or need not be.
///
/// Its file has two slots of 64 bytes that are written in turn, so that one that was cut off by a crash leaves the other:
///
///     offset  bytes
///     0       4      CRC-32 of all that follows
///     4       4      version of the format, 1
///     8       8      how often the cursor moved; the slot with more is the newer
///     16      8      sequence number
///     24      8      number of the first event of the segment where the next event is looked for
///     32      8      and the offset in it
package struct Cursor: Hashable, Sendable {
  package static let fileSize = 128
  package static let suffix = ".cursor"
  private static let slotSize = 64
  private static let used = 40
  private static let version: UInt32 = 1
  /// Numbers from here on are taken for damage: at a million events a second they are far away.
  package static let largest: UInt64 = 1 << 60

  package var sequence: UInt64 = 0
  package var segment: UInt64 = 0
  package var offset: UInt64 = 0
  package var moves: UInt64 = 0

  package init() {}

  /// Reads a cursor's file; nil if neither slot is one.
  package init?(_ file: RawSpan) {
    guard let newest = [0, Self.slotSize].compactMap({ Cursor(slotAt: $0, of: file) }).max(by: { $0.moves < $1.moves })
    else { return nil }
    self = newest
  }

  private init?(slotAt start: Int, of file: RawSpan) {
    guard file.byteCount >= start + Self.used,
      file.integer(at: start) == Frame.checksum(file.extracting(start + 4..<start + Self.used)),
      file.integer(at: start + 4) == Self.version
    else { return nil }
    moves = file.integer(at: start + 8)
    sequence = file.integer(at: start + 16)
    segment = file.integer(at: start + 24)
    offset = file.integer(at: start + 32)
    guard max(moves, sequence, segment, offset) < Self.largest else { return nil }
  }

  /// The slot to be written, and where.
  package var slot: (bytes: [UInt8], offset: Int) {
    var bytes = [UInt8](repeating: 0, count: Self.slotSize)
    bytes.store(Self.version, at: 4)
    bytes.store(moves, at: 8)
    bytes.store(sequence, at: 16)
    bytes.store(segment, at: 24)
    bytes.store(offset, at: 32)
    bytes.store(Frame.checksum(bytes.rawSpan.extracting(4..<Self.used)), at: 0)
    return (bytes, Int(moves % 2) * Self.slotSize)
  }

  /// The cursors of all sinks in a directory, by the names of the sinks. One that is damaged has come nowhere: the directory is the
  /// shipper's, which the writer does not trust.
  package static func all(in directory: String) -> [String: Cursor] {
    var cursors: [String: Cursor] = [:]
    for name in fileNames(in: directory) where name.hasSuffix(suffix) && cursors.count < 1000 {
      guard let file = try? OpenFile.open("\(directory)/\(name)", O_RDONLY | O_NONBLOCK) else { continue }
      var bytes: [UInt8] = []
      _ = file.read(fileSize, at: 0, appendingTo: &bytes)
      cursors[String(name.dropLast(suffix.count))] = Cursor(bytes.rawSpan) ?? Cursor()
    }
    return cursors
  }
}

/// The names in a directory; none if it cannot be read.
package func fileNames(in directory: String) -> [String] { (try? readFileNames(in: directory)) ?? [] }

/// The names in a directory.
package func readFileNames(in directory: String) throws(OutboxError) -> [String] {
  guard let stream = unsafe opendir(directory) else { throw OutboxError("read", directory, errno) }
  defer { unsafe _ = closedir(stream) }
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
      unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe names.append(String(cString: $0)) }
    }
  }
  return names
}
