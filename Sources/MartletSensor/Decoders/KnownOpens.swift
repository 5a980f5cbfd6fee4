internal import CMartletABI
import Glibc
package import MartletModel

/// Opens that were decoded lately: programs open the same files again and again, in the same way.
///
/// As long as a file does not change, the records of its opens are the same from the header on. Such a record is compared
/// and not decoded, and what was made of the one before it is there already.
package final class KnownOpens {
  private struct Entry {
    /// The record without header and span.
    let bytes: [UInt8]
    var open: Activity.Open
  }

  private var entries = [Entry?](repeating: nil, count: places)
  /// Where the last one is, if it is kept.
  private var last: Int?

  /// Each takes a kilobyte or less.
  private static let places = 1_024
  /// Longer records are not kept.
  private static let longest = 1_024

  package init() {}

  /// The open that a record tells of.
  func open(decoding record: borrowing Record) throws(RecordError) -> Activity.Open {
    let fixed = try record.fixed(martlet_open_record.self)
    guard let bytes = ownBytes(of: record, fixed) else {
      last = nil
      return try Activity.Open(decoding: record)
    }
    let place = Int(truncatingIfNeeded: fixed.file.inode ^ UInt64(fixed.open_flags) << 3) & (Self.places - 1)
    last = place
    if let known = entries[place], unsafe bytes.isSame(as: known.bytes.span.bytes) { return known.open }
    let open = try Activity.Open(decoding: record)
    entries[place] = Entry(bytes: unsafe bytes.withUnsafeBytes { unsafe Array($0) }, open: open)
    return open
  }

  /// Keeps `open`, whose file has its context now, in the place of the last one that was decoded.
  package func keep(_ open: Activity.Open) {
    guard let last, let known = entries[last], known.open !== open else { return }
    entries[last]?.open = open
  }

  /// What of a record is the same for an open that is like it; `nil` for one that is not to be kept.
  @_lifetime(copy record)
  private func ownBytes(of record: borrowing Record, _ fixed: martlet_open_record) -> RawSpan? {
    let flags = UInt32(fixed.header.flags)
    let start = MemoryLayout<martlet_record_header>.size
    let spanSize = flags & MARTLET_FLAG_SPAN.rawValue != 0 ? MemoryLayout<martlet_span>.size : 0
    let end = record.bytes.byteCount - spanSize
    // The text of another header, or of another span, is not to be found in an event: records are not believed.
    guard flags & MARTLET_FLAG_USER_PATH.rawValue == 0, end - start <= Self.longest,
      fixed.file.path.isInside(start, end), fixed.file.filesystem.isInside(start, end),
      fixed.user_path.isInside(start, end)
    else { return nil }
    return record.bytes.extracting(start..<end)
  }
}

extension martlet_slice {
  fileprivate func isInside(_ start: Int, _ end: Int) -> Bool {
    length == 0 || Int(offset) >= start && Int(offset) + Int(length) <= end
  }
}

extension RawSpan {
  /// Whether `other` has the same bytes.
  func isSame(as other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    return unsafe withUnsafeBytes { bytes in
      unsafe other.withUnsafeBytes { other in
        guard let start = bytes.baseAddress, let otherStart = other.baseAddress else { return true }
        return unsafe memcmp(start, otherStart, bytes.count) == 0
      }
    }
  }
}
