import Glibc
package import MartletModel
package import MartletOutput

/// A file that takes lines faster than the page cache would: while they come in quick succession, whole blocks go straight
/// from memory to the disk.
///
/// A thread writes one block while the next one is filled; who fills it waits only if the disk is slower than that. Lines
/// that come one by one are written through the cache as soon as there is time. Belongs to one thread.
@safe package final class DirectFile: LineTarget {
  private let descriptor: Int32
  /// Two blocks in a row.
  private let memory: UnsafeMutableRawBufferPointer
  /// Which of them is being filled, and where in the file it begins.
  private var half = 0
  private var start = 0
  /// Bytes of it that are filled, and of those the ones that are in the file already.
  private var filled = 0
  private var written = 0
  /// Whether a block was full since the last flush: more may come at once.
  private var isBusy = false
  private var writer: BlockWriter?
  /// The `errno` of the first write that failed; nothing is written after it.
  package private(set) var failure: Int32?

  /// Pages of this size let the kernel take a block as a whole.
  private static let alignment = 2 << 20
  private static let blockSize = 4 << 20

  /// A file that was opened to be written from its beginning; `nil` for what is no regular file, and where there is no
  /// memory. The descriptor is closed with it.
  package init?(descriptor: Int32) {
    var mine = stat()
    guard unsafe fstat(descriptor, &mine) == 0, mine.st_mode & S_IFMT == S_IFREG else { return nil }
    var start: UnsafeMutableRawPointer?
    let size = 2 * Self.blockSize
    guard unsafe posix_memalign(&start, Self.alignment, size) == 0, let start = unsafe start else { return nil }
    unsafe madvise(start, size, MADV_HUGEPAGE)
    unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: size)
    self.descriptor = descriptor
  }

  deinit {
    _ = writer?.settle()
    writer?.close()
    unsafe free(memory.baseAddress)
    close(descriptor)
  }

  package func take(_ lines: borrowing SplicedText, count: Int) {
    guard failure == nil else { return }
    unsafe lines.forEachPiece { piece in
      var rest = unsafe piece
      while unsafe !rest.isEmpty {
        let taken = min(rest.count, Self.blockSize - filled)
        unsafe block[filled...].copyBytes(from: rest[..<taken])
        filled += taken
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        if filled == Self.blockSize { handOver() }
      }
    }
  }

  /// Writes what there is, unless a block is being written or was lately: then the next one will soon be full.
  package func flush() {
    if isBusy {
      isBusy = false
    } else if writer?.isIdle ?? true {
      writeRest()
    }
  }

  /// Writes all that there is. It waits.
  package func finish() {
    settle()
    writeRest()
  }

  // MARK: Blocks

  private var block: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[half * Self.blockSize..<(half + 1) * Self.blockSize])
  }

  private func handOver() {
    isBusy = true
    settle()
    // What is in the file but for less than a page need not be written again.
    let first = written & ~4095
    if writer == nil { writer = BlockWriter(descriptor: descriptor) }
    if failure == nil, let writer {
      unsafe writer.begin(UnsafeRawBufferPointer(rebasing: block[first...]), at: start + first)
    } else {
      writeRest()
    }
    half ^= 1
    start += Self.blockSize
    (filled, written) = (0, 0)
  }

  private func writeRest() {
    guard failure == nil, written < filled else { return }
    let rest = unsafe UnsafeRawBufferPointer(rebasing: block[written..<filled])
    failure = unsafe rest.write(to: descriptor, at: start + written)
    written = filled
  }

  /// Waits for the block that is being written.
  private func settle() {
    if let error = writer?.settle(), failure == nil { failure = error }
  }
}

/// Writes what it takes as JSON to one file.
package final class FileSink: FinalSink {
  private let file: DirectFile
  private let lines: JSONLines

  package init(_ file: DirectFile) {
    self.file = file
    lines = JSONLines([file])
  }

  package func take(_ event: Event, _ matches: [Match]) { lines.take(event, matches) }
  package func take(_ loss: Loss) { lines.take(loss) }
  package func take(_ disturbance: Disturbance) { lines.take(disturbance) }
  package func take(_ report: AgentReport) { lines.take(report) }
  package func flush() { lines.flush() }

  package func finish() {
    lines.flush()
    file.finish()
  }

  package var failure: Int32? { file.failure }
}
