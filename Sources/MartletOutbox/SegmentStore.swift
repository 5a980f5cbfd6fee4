import Glibc

/// The segments of an outbox as their one writer has them.
///
/// What `append` took is on disk, or at least in the kernel's memory, when it returns: no crash of this process takes it
/// away. A frame that was cut off by one is cut away when the outbox is opened again.
package struct SegmentStore: ~Copyable {
  private struct Segment {
    let first: UInt64
    var size: Int
  }

  private let configuration: OutboxConfiguration
  private let instance: [UInt8]
  /// Held as long as this lives: there is one writer.
  private let lock: FileLock
  /// Oldest first; the last one is written to while `active` is there.
  private var segments: [Segment] = []
  private var active: OpenFile?
  private var isUnsynced = false

  /// The number of the next event.
  package private(set) var next: UInt64 = 1
  /// Bytes of all segments.
  package private(set) var size = 0
  package private(set) var losses = OutboxLosses()
  /// The `errno` of what last failed on the disk; nil once it works again.
  package private(set) var failure: Int32?

  package var segmentCount: Int { segments.count }
  /// The number of the oldest event that is kept, or of the next one.
  package var oldest: UInt64 { segments.first?.first ?? next }

  // MARK: Opening

  /// Opens the outbox, of which there may be nothing yet, and cuts away what a crash left unfinished.
  package static func open(_ configuration: OutboxConfiguration) throws(OutboxError) -> SegmentStore {
    let directory = configuration.directory
    if unsafe mkdir(directory, 0o750) != 0, errno != EEXIST { throw OutboxError("make", directory, errno) }
    var store = SegmentStore(configuration, lock: try FileLock.take("\(directory)/lock"))
    try store.recover()
    return store
  }

  private init(_ configuration: OutboxConfiguration, lock: consuming FileLock) {
    self.configuration = configuration
    self.lock = lock
    instance = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
  }

  private mutating func recover() throws(OutboxError) {
    let directory = configuration.directory
    for first in fileNames(in: directory).compactMap(SegmentHeader.first(ofFile:)).sorted()
    where first < Cursor.largest {
      segments.append(Segment(first: first, size: 0))
    }
    // A sink must never be given a number that it has seen: a power cut may have taken the end, but not its cursor.
    for cursor in Cursor.all(in: configuration.cursors).values { next = max(next, cursor.sequence + 1) }
    while let last = segments.last {
      if let end = try Self.end(of: path(of: last.first)) {
        next = max(next, end.next)
        segments[segments.count - 1].size = end.offset
        break
      }
      // Nothing was ever in it.
      guard unsafe unlink(path(of: last.first)) == 0 else { throw OutboxError("remove", path(of: last.first), errno) }
      segments.removeLast()
    }
    for index in segments.indices.dropLast() {
      segments[index].size = try OpenFile.open(path(of: segments[index].first), O_RDONLY).size
    }
    size = segments.reduce(0) { $0 + $1.size }
  }

  /// Cuts away what stands behind the last whole frame of a segment. Returns where that ends and which number comes
  /// next; nil if there is no frame in it.
  private static func end(of path: String) throws(OutboxError) -> (offset: Int, next: UInt64)? {
    let file = try OpenFile.open(path, O_RDWR)
    var bytes: [UInt8] = []
    if let error = file.read(SegmentHeader.size, at: 0, appendingTo: &bytes) { throw OutboxError("read", path, error) }
    guard let header = SegmentHeader(bytes.rawSpan) else { return nil }
    var (offset, next) = (SegmentHeader.size, header.first)
    bytes.removeAll()
    var (start, wanted) = (0, min(file.size, 1 << 20))
    scan: while true {
      // `bytes` from `start` on are what stands at `offset`.
      switch Frame.find(in: bytes.rawSpan, at: start) {
      case .event(let text, let sequence) where sequence == next:
        offset += text.upperBound - start
        start = text.upperBound
        next += 1
      case .incomplete(let size):
        bytes.removeFirst(start)
        start = 0
        wanted = max(wanted, size)
        let count = bytes.count
        if let error = file.read(wanted - count, at: offset + count, appendingTo: &bytes) {
          throw OutboxError("read", path, error)
        }
        if bytes.count == count { break scan }
      default: break scan
      }
    }
    guard next > header.first else { return nil }
    guard file.size <= offset || file.truncate(to: offset) else { throw OutboxError("truncate", path, errno) }
    return (offset, next)
  }

  // MARK: Writing

  /// Appends the events of `batch`, in order. Those that cannot be kept are counted in `losses`, unless they are only a
  /// notice of such.
  ///
  /// - Returns: how many are kept.
  @discardableResult
  package mutating func append(_ batch: inout FrameBatch, isNotice: Bool = false) -> Int {
    var kept = 0
    var start = 0
    // A full disk that is not full because of us would have us drop all that we keep, for nothing.
    var drops = 2
    while start < batch.bytes.count {
      guard makeRoom(for: batch.bytes.count - start) else {
        if !isNotice { losses[.outboxFull] += UInt64(batch.count - kept) }
        return kept
      }
      if let error = write(&batch, &start, &kept) {
        failure = error
        let isFull = error == ENOSPC || error == EDQUOT
        if isFull && reclaim() { continue }
        if isFull && configuration.whenFull == .dropOldest && drops > 0 && dropOldest() {
          drops -= 1
          continue
        }
        if !isNotice { losses[.writeFailed] += UInt64(batch.count - kept) }
        return kept
      }
      failure = nil
    }
    if configuration.sync == .always { sync() }
    return kept
  }

  /// Writes the frames of `batch` from `start` on to the active segment, and moves `start` behind those that are there.
  ///
  /// - Returns: the `errno` of what failed.
  private mutating func write(_ batch: inout FrameBatch, _ start: inout Int, _ kept: inout Int) -> Int32? {
    if active == nil || segments[segments.count - 1].size >= configuration.segmentSize {
      if let error = begin() { return error }
    }
    batch.number(from: start, first: next)
    let last = segments.count - 1
    let end = segments[last].size
    let (count, error) = active?.write(batch.bytes.rawSpan.extracting(droppingFirst: start), at: end) ?? (0, EBADF)
    let whole = batch.wholeFrames(from: start, to: start + count)
    let size = whole.end - start
    segments[last].size += size
    self.size += size
    next += UInt64(whole.count)
    kept += whole.count
    start = whole.end
    isUnsynced = isUnsynced || whole.count > 0
    // Of what an event says nobody must be able to make a frame: the rest of one goes, or nothing is written behind it.
    if count > size, active?.truncate(to: end + size) != true { finish() }
    return error
  }

  /// Begins a segment.
  ///
  /// - Returns: the `errno` of what failed.
  private mutating func begin() -> Int32? {
    finish()
    let path = path(of: next)
    // One of that name has no event in it: it was given up when it could not even be cut.
    if segments.last?.first == next { remove(segments.count - 1) }
    do {
      let file = try OpenFile.open(path, O_WRONLY | O_CREAT | O_EXCL)
      // Whatever the mask of this process: who shares the directory's group is to read it.
      fchmod(file.descriptor, 0o640)
      let header = SegmentHeader(first: next, instance: instance)
      let (_, error) = file.write(header.bytes.rawSpan, at: 0)
      if let error {
        unsafe unlink(path)
        return error
      }
      active = consume file
    } catch {
      return error.errno
    }
    segments.append(Segment(first: next, size: SegmentHeader.size))
    size += SegmentHeader.size
    if configuration.sync != .never, let directory = try? OpenFile.open(configuration.directory, O_RDONLY) {
      fsync(directory.descriptor)
    }
    return nil
  }

  /// Ends the segment that is written to.
  private mutating func finish() {
    if configuration.sync != .never { sync() }
    active = nil
  }

  /// Has all that was appended on the disk, if `isUnsynced`.
  package mutating func sync() {
    guard isUnsynced else { return }
    isUnsynced = false
    if active?.sync() == false { failure = errno }
  }

  // MARK: Room

  /// Makes room for so many bytes; false if there is none to be had.
  private mutating func makeRoom(for count: Int) -> Bool {
    if hasRoom(for: count) || (reclaim() && hasRoom(for: count)) { return true }
    guard configuration.whenFull == .dropOldest, SegmentHeader.size + count <= configuration.limit else { return false }
    while dropOldest() {
      if hasRoom(for: count) { return true }
    }
    return false
  }

  private func hasRoom(for count: Int) -> Bool { size + SegmentHeader.size + count <= configuration.limit }

  /// Removes the segments that all sinks have read; false if there is none.
  @discardableResult
  package mutating func reclaim() -> Bool {
    guard let read = Cursor.all(in: configuration.cursors).values.map(\.sequence).min() else { return false }
    let before = segments.count
    while segments.count > 1, segments[1].first - 1 <= read { remove(0) }
    return segments.count < before
  }

  /// Removes the oldest segment that is not written to, and counts what nobody has read of it as lost; false if there is
  /// none.
  private mutating func dropOldest() -> Bool {
    guard let oldest = segments.first, segments.count > 1 || active == nil else { return false }
    let end = segments.count > 1 ? segments[1].first : next
    let read = Cursor.all(in: configuration.cursors).values.map(\.sequence).min() ?? 0
    let unread = max(oldest.first, min(read + 1, end))
    losses[.dropped] += end - unread
    remove(0)
    return true
  }

  private mutating func remove(_ index: Int) {
    let segment = segments.remove(at: index)
    unsafe unlink(path(of: segment.first))
    size -= segment.size
  }

  private func path(of first: UInt64) -> String { "\(configuration.directory)/\(SegmentHeader.name(first: first))" }
}
