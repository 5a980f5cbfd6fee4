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
  private var lock: FileLock
  /// Of the directory, when it was opened.
  private let owner: (group: gid_t, mode: mode_t)
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
  /// Cursors that say more than can be, when this was opened.
  package private(set) var doubtedCursors = 0

  package var segmentCount: Int { segments.count }
  /// The number of the oldest event that is kept, or of the next one.
  package var oldest: UInt64 { segments.first?.first ?? next }

  // MARK: Opening

  /// Opens the outbox, of which there may be nothing yet, and cuts away what a crash left unfinished.
  package static func open(_ configuration: OutboxConfiguration) throws(OutboxError) -> SegmentStore {
    let directory = configuration.directory
    if unsafe mkdir(directory, 0o750) != 0, errno != EEXIST { throw OutboxError("make", directory, errno) }
    var status = stat()
    guard unsafe stat(directory, &status) == 0 else { throw OutboxError("read", directory, errno) }
    var store = SegmentStore(
      configuration, lock: try FileLock.take("\(directory)/lock"), owner: (status.st_gid, status.st_mode & 0o7777))
    try store.recover()
    return store
  }

  private init(
    _ configuration: OutboxConfiguration, lock: consuming FileLock, owner: (group: gid_t, mode: mode_t)
  ) {
    self.configuration = configuration
    self.lock = lock
    self.owner = owner
    instance = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
  }

  private mutating func recover() throws(OutboxError) {
    let directory = configuration.directory
    for first in fileNames(in: directory).compactMap(SegmentHeader.first(ofFile:)).sorted()
    where first < Cursor.largest {
      segments.append(Segment(first: first, size: 0))
    }
    while let last = segments.last {
      if let end = try Self.end(of: last.first, at: path(of: last.first)) {
        next = max(next, end.next)
        segments[segments.count - 1].size = end.offset
        losses[.damaged] += end.damaged
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
    heedCursors()
  }

  /// A sink must never be given a number that it has seen: a power cut may have taken the end, but not its cursor. It took no
  /// more than fits into the outbox; what a cursor says beyond that is not for the shipper to say.
  private mutating func heedCursors() {
    let largest = segments.isEmpty ? Cursor.largest >> 4 : next + UInt64(configuration.limit / Frame.headerSize)
    for cursor in Cursor.all(in: configuration.cursors).values {
      if cursor.sequence < largest { next = max(next, cursor.sequence + 1) } else { doubtedCursors += 1 }
    }
  }

  /// Cuts away what stands behind the last whole frame of segment `first`. What is not whole before it stays, for readers to
  /// skip: no crash of a writer leaves that, so the disk did.
  ///
  /// - Returns: where that frame ends, which number comes next, and how many events before it are damaged; nil if there is
  ///   no frame in the segment.
  private static func end(
    of first: UInt64, at path: String
  ) throws(OutboxError) -> (offset: Int, next: UInt64, damaged: UInt64)? {
    let file = try OpenFile.open(path, O_RDWR)
    var search = FrameSearch(segment: first, path: path)
    var (offset, next, damaged) = (SegmentHeader.size, first, UInt64(0))
    while let frame = try file.next(of: &search) {
      damaged += frame.sequence - next
      (offset, next) = (frame.end, frame.sequence + 1)
    }
    guard next > first else { return nil }
    guard file.size <= offset || file.truncate(to: offset) else { throw OutboxError("truncate", path, errno) }
    return (offset, next, damaged)
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
    guard segments.count > 1 || !segments.isEmpty && active == nil else { return false }
    losses[.dropped] += unread(0)
    remove(0)
    return true
  }

  /// Events of a segment that a sink has yet to read.
  private func unread(_ index: Int) -> UInt64 {
    let end = index + 1 < segments.count ? segments[index + 1].first : next
    let read = Cursor.all(in: configuration.cursors).values.map(\.sequence).min() ?? 0
    return end - max(segments[index].first, min(read + 1, end))
  }

  /// Makes the outbox again where somebody has removed it, or the segment that is written to, and counts what nobody has
  /// read of that as lost. To be called once a second.
  package mutating func restore() {
    if active?.isThere(path(of: segments[segments.count - 1].first)) == false {
      finish()
      for index in segments.indices.reversed() where unsafe access(path(of: segments[index].first), F_OK) != 0 {
        losses[.removed] += unread(index)
        remove(index)
      }
    }
    let directory = configuration.directory
    guard unsafe mkdir(directory, 0o750) == 0 else { return }
    // So that the shipper may read it, as far as that is for us to say.
    if unsafe chown(directory, .max, owner.group) == 0 { unsafe chmod(directory, owner.mode) }
    if let new = try? FileLock.take("\(directory)/lock") { lock = new }
  }

  private mutating func remove(_ index: Int) {
    let segment = segments.remove(at: index)
    unsafe unlink(path(of: segment.first))
    size -= segment.size
  }

  private func path(of first: UInt64) -> String { "\(configuration.directory)/\(SegmentHeader.name(first: first))" }
}
