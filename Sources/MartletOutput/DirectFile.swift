import Glibc

/// A file that large amounts go to past the page cache.
///
/// Through the cache the twenty kilobytes of an event cost several times what it takes to make them, and push out what
/// the host has cached for its own work. A direct write takes whole blocks from aligned memory, so the bytes gather in
/// a buffer that is handed over when it is full. What a flush leaves of a block goes through the cache and stays in the
/// buffer, to be written once more with the rest of its block.
@safe
struct DirectFile: ~Copyable {
  private let descriptor: Int32
  /// The same file opened for direct writes; nil where the file system has none, as some in memory.
  private var direct: Int32?
  private let buffer: UnsafeMutableRawBufferPointer
  /// Where the buffer belongs in the file: a whole number of blocks.
  private var base = 0
  /// Bytes in the buffer, and how many of them the file has already.
  private var count = 0
  private var flushed = 0

  /// Of memory, of offsets and of lengths: more than any file system in use asks for.
  private static let block = 4096
  private static let capacity = 1 << 20

  #if arch(arm64)
    private static let directFlag: Int32 = 0o200000
  #else
    private static let directFlag: Int32 = 0o40000
  #endif

  /// Takes over `descriptor`, which the regular file at `path` was opened with just now, empty.
  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    let direct = unsafe open(path, O_WRONLY | O_CLOEXEC | Self.directFlag)
    self.direct = direct < 0 ? nil : direct
    unsafe buffer = .allocate(byteCount: Self.capacity, alignment: Self.block)
  }

  deinit {
    unsafe buffer.deallocate()
    if let direct { close(direct) }
    close(descriptor)
  }

  /// Takes `text` in; the `errno` of a write that failed.
  mutating func append(_ text: borrowing SplicedText) -> Int32? {
    var error: Int32?
    unsafe text.forEachPiece { piece in if error == nil { error = unsafe append(piece.bytes) } }
    return error
  }

  /// Takes `bytes` in; the `errno` of a write that failed.
  mutating func append(_ bytes: RawSpan) -> Int32? {
    var rest = bytes
    while !rest.isEmpty {
      let part = rest.extracting(first: Self.capacity - count)
      unsafe part.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: $0)
      }
      count += part.byteCount
      rest = rest.extracting(droppingFirst: part.byteCount)
      if count == Self.capacity, let error = writeWhole() { return error }
    }
    return nil
  }

  /// Makes sure that the file has all that was taken in; the `errno` of a write that failed.
  mutating func flush() -> Int32? {
    if let error = write(from: flushed, to: descriptor) { return error }
    let whole = count & ~(Self.block - 1)
    unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[whole..<count]))
    base += whole
    count -= whole
    flushed = count
    return nil
  }

  /// Writes the full buffer, and begins anew behind it.
  private mutating func writeWhole() -> Int32? {
    if let direct {
      switch write(from: 0, to: direct) {
      case nil: flushed = count
      case EINVAL:
        // It can be opened so, and not written so.
        close(direct)
        self.direct = nil
      case let error: return error
      }
    }
    return flush()
  }

  private func write(from start: Int, to descriptor: Int32) -> Int32? {
    var done = start
    while done < count {
      let written = unsafe pwrite(
        descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done, off_t(base + done))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return written < 0 ? errno : ENOSPC }
      done += written
      // What a short direct write leaves does not begin with a block: the cache takes it.
      if done < count, descriptor == direct { return write(from: done, to: self.descriptor) }
    }
    return nil
  }
}
