/// Finds the whole frames of a segment, one after the other, and skips what is none.
///
/// A number that cannot stand at a place, because frames with all numbers before it would not fit before that place, makes bytes
/// no frame. In the text of an event there is none: such numbers have zeros, and JSON has none.
package struct FrameSearch {
  /// A frame, by where in the file it stands.
  package struct Found: Hashable, Sendable {
    package let start: Int
    package let end: Int
    package let sequence: UInt64
  }

  private let first: UInt64
  private let path: String
  /// Where the next frame is looked for, and the least number that it can have.
  private var offset: Int
  private var next: UInt64
  /// What was read of the file, and where it stands there.
  private var bytes: [UInt8] = []
  private var base = 0

  private static let chunk = 1 << 20

  /// Looks in the segment of which event `first` is the first one, from `offset` on, for events behind `sequence`.
  package init(
    segment first: UInt64, path: String, from offset: Int = SegmentHeader.size, behind sequence: UInt64 = 0
  ) {
    self.first = first
    self.path = path
    self.offset = offset
    next = max(first, sequence + 1)
  }

  fileprivate mutating func next(in file: borrowing OpenFile) throws(OutboxError) -> Found? {
    let size = file.size
    while offset + Frame.headerSize <= size {
      guard try read(Frame.headerSize, of: file) else { return nil }
      if let found = try frame(in: file, of: size) {
        offset = found.end
        next = found.sequence + 1
        return found
      }
      offset += 1
    }
    return nil
  }

  /// The frame that stands at `offset`.
  private mutating func frame(in file: borrowing OpenFile, of size: Int) throws(OutboxError) -> Found? {
    let sequence = bytes.rawSpan.integer(at: offset - base + 8, as: UInt64.self)
    guard sequence >= next, sequence - first <= UInt64((offset - SegmentHeader.size) / Frame.headerSize) else {
      return nil
    }
    let length = Int(bytes.rawSpan.integer(at: offset - base, as: UInt32.self))
    guard length <= Frame.longest, offset + Frame.headerSize + length <= size,
      try read(Frame.headerSize + length, of: file),
      case .event(let text, _) = Frame.find(in: bytes.rawSpan, at: offset - base)
    else { return nil }
    return Found(start: offset, end: base + text.upperBound, sequence: sequence)
  }

  /// Has `count` bytes from `offset` on in memory. False if the file has become shorter.
  private mutating func read(_ count: Int, of file: borrowing OpenFile) throws(OutboxError) -> Bool {
    if offset + count <= base + bytes.count { return true }
    bytes.removeAll(keepingCapacity: true)
    base = offset
    if let error = file.read(max(count, Self.chunk), at: base, appendingTo: &bytes) {
      throw OutboxError("read", path, error)
    }
    return bytes.count >= count
  }
}

extension OpenFile {
  /// The next frame that `search` finds in this segment; nil if no more is there.
  package func next(of search: inout FrameSearch) throws(OutboxError) -> FrameSearch.Found? {
    try search.next(in: self)
  }
}
