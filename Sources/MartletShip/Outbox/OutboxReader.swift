import Glibc
package import MartletOutbox

/// An event as it comes out of the outbox.
package struct ShippedEvent: Hashable, Sendable {
  package let sequence: UInt64
  /// The same for this event whenever it is read, and for no other one: what a receiver drops repetitions by.
  package let id: String
  /// One JSON object.
  package let text: [UInt8]

  package init(sequence: UInt64, id: String, text: [UInt8]) {
    self.sequence = sequence
    self.id = id
    self.text = text
  }
}

/// Reads the events of an outbox in order, while its writer writes.
///
/// It only reads: a reader that is killed, or that reads rubbish, changes nothing in the outbox.
package struct OutboxReader: ~Copyable {
  private let directory: String
  /// Behind the event that was read last.
  package private(set) var position: Cursor
  /// Events that the outbox dropped before they were read here, or that are damaged.
  package private(set) var missing: UInt64 = 0

  private var segment: OpenFile?
  private var instance = ""
  /// What was read of the segment beyond `position.offset`, from `start` on.
  private var bytes: [UInt8] = []
  private var start = 0
  /// Where there was no frame the last time, in the newest segment.
  private var doubt: Cursor?

  private static let chunk = 256 << 10
  /// More events than any outbox can hold.
  private static let mostInOutbox: UInt64 = 1 << 40

  /// - Parameter cursor: where to go on; a new one to begin with the oldest event that there is.
  package init(directory: String, from cursor: Cursor = Cursor()) {
    self.directory = directory
    position = cursor
  }

  /// The next event; nil if there is none yet.
  ///
  /// - Throws: what keeps it from reading: it goes on there once that is over.
  package mutating func next() throws(OutboxError) -> ShippedEvent? {
    while true {
      if segment == nil {
        // A cursor that is farther ahead is damaged or forged: all that is there is delivered again.
        if let newest = try segments.last, position.sequence > newest + Self.mostInOutbox { position = Cursor() }
        guard try open(from: position.sequence + 1) else { return nil }
      }
      if let event = read() { return event }
      if try more() { continue }
      // What was written before the next segment was begun is in this one.
      let later = try segments.first { $0 > position.segment }
      if later != nil, try more() { continue }
      if try skipDamage(isEnded: later != nil) { continue }
      if segment?.isRemoved == true {
        // Another may have its name.
        segment = nil
        position.offset = 0
        continue
      }
      guard let later, try open(from: later) else {
        forget()
        return nil
      }
    }
  }

  /// Goes on at the next whole frame of the segment, where something stands before it that is none. False if there is no such
  /// frame; and if this is the first look at a segment that is written to, as that may have been halfway.
  private mutating func skipDamage(isEnded: Bool) throws(OutboxError) -> Bool {
    var search = FrameSearch(
      segment: position.segment, path: path(position.segment), from: Int(position.offset) + 1, behind: position.sequence
    )
    guard let next = try segment?.next(of: &search) else { return false }
    guard isEnded || doubt == position else {
      doubt = position
      return false
    }
    position.offset = UInt64(next.start)
    forget()
    return true
  }

  /// The next event of what is in memory.
  private mutating func read() -> ShippedEvent? {
    while case .event(let text, let sequence) = Frame.find(in: bytes.rawSpan, at: start) {
      position.offset += UInt64(text.upperBound - start)
      start = text.upperBound
      guard sequence > position.sequence else { continue }
      missing &+= sequence - position.sequence - 1
      position.sequence = sequence
      return ShippedEvent(sequence: sequence, id: "\(instance)-\(sequence)", text: Array(bytes[text]))
    }
    return nil
  }

  /// Reads on, so that the next frame is in memory. False if there is not all of it.
  private mutating func more() throws(OutboxError) -> Bool {
    var wanted = Frame.headerSize
    // The end of what is in memory may have been read while it was written.
    forget()
    while true {
      if let error = segment?.read(
        max(wanted, Self.chunk), at: Int(position.offset), appendingTo: &bytes)
      {
        throw OutboxError("read", path(position.segment), error)
      }
      switch Frame.find(in: bytes.rawSpan, at: 0) {
      case .event: return true
      case .incomplete(let size) where bytes.count >= wanted && size > max(wanted, Self.chunk):
        wanted = size
        bytes.removeAll()
      default: return false
      }
    }
  }

  private mutating func forget() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= 2 * Self.chunk)
    start = 0
  }

  // MARK: Segments

  /// Opens the segment that holds event `sequence`, or else the next one. False if there is none yet.
  private mutating func open(from sequence: UInt64) throws(OutboxError) -> Bool {
    let segments = try segments
    guard let first = segments.last(where: { $0 <= sequence }) ?? segments.first else { return false }
    guard let file = try Self.openIfThere(path(first)) else { return false }
    var beginning: [UInt8] = []
    if let error = file.read(SegmentHeader.size, at: 0, appendingTo: &beginning) {
      throw OutboxError("read", path(first), error)
    }
    guard beginning.count == SegmentHeader.size else {
      // It is being begun, or was given up before it was.
      guard let later = segments.first(where: { $0 > first }) else { return false }
      return try open(from: later)
    }
    if first != position.segment || position.offset < SegmentHeader.size || position.offset > file.size {
      position.segment = first
      position.offset = UInt64(SegmentHeader.size)
    }
    // Where a header is damaged its bytes are still the same whenever they are read, and nobody else's.
    instance = hexadecimal(beginning.suffix(SegmentHeader.instanceSize))
    // All that was dropped before the first event that there is concerns nobody.
    if position.sequence == 0 { position.sequence = first - 1 }
    segment = consume file
    forget()
    return true
  }

  /// A segment that the writer has not removed meanwhile.
  private static func openIfThere(_ path: String) throws(OutboxError) -> OpenFile? {
    do { return try OpenFile.open(path, O_RDONLY) } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
  }

  /// First numbers of the segments, in order.
  private var segments: [UInt64] {
    get throws(OutboxError) {
      try readFileNames(in: directory).compactMap(SegmentHeader.first(ofFile:))
        .filter { (1..<Cursor.largest).contains($0) }.sorted()
    }
  }

  private func path(_ first: UInt64) -> String { "\(directory)/\(SegmentHeader.name(first: first))" }
}

/// Two digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
