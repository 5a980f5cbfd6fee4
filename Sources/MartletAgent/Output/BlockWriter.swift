import CLinux
import Glibc
import Synchronization

/// Writes blocks of a file by a thread of its own, one at a time: past the page cache, where the file system can do that.
final class BlockWriter: Sendable {
  /// Whoever gives one leaves its memory alone until it is written.
  @safe private struct Block: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    let offset: Int
  }

  private struct Work {
    var block: Block?
    var error: Int32?
    var isClosing = false
  }

  private let descriptor: Int32
  /// The same file, opened to be written past the cache; negative where that cannot be.
  private let direct: Int32
  private let work = Mutex(Work())
  /// Rung when there is a block, and when one is written.
  private let begun = Bell()
  private let done = Bell()

  init?(descriptor: Int32) {
    self.descriptor = descriptor
    direct = clinux_open_direct(descriptor)
    guard DetachedThread.begin(isPrivileged: false, { self.run() }) else { return nil }
  }

  deinit { if direct >= 0 { Glibc.close(direct) } }

  var isIdle: Bool { work.withLock { $0.block == nil } }

  /// Has a block written, while none is. It begins at a multiple of the page size, in memory and in the file.
  @unsafe func begin(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    work.withLock { $0.block = unsafe Block(bytes: bytes, offset: offset) }
    begun.ring()
  }

  /// Waits until nothing is being written; the `errno` of the first write that failed.
  func settle() -> Int32? {
    while !isIdle { done.wait() }
    return work.withLock(\.error)
  }

  /// Ends the thread, when nothing is being written.
  func close() {
    work.withLock { $0.isClosing = true }
    begun.ring()
  }

  private func run() {
    while true {
      begun.wait()
      let (block, isClosing) = work.withLock { ($0.block, $0.isClosing) }
      if let block {
        let error = write(block)
        work.withLock { work in
          work.block = nil
          if work.error == nil { work.error = error }
        }
        done.ring()
      }
      if isClosing { return }
    }
  }

  private func write(_ block: Block) -> Int32? {
    if direct >= 0 {
      let error = unsafe block.bytes.write(to: direct, at: block.offset)
      // What this file system wants blocks to be like is not known.
      if error != EINVAL { return error }
    }
    return unsafe block.bytes.write(to: descriptor, at: block.offset)
  }
}

extension UnsafeRawBufferPointer {
  /// Writes all of it at `offset` of a file; the `errno` of the write that failed otherwise.
  @unsafe func write(to descriptor: Int32, at offset: Int) -> Int32? {
    var done = 0
    while done < count {
      let written = unsafe pwrite(descriptor, baseAddress.map { unsafe $0 + done }, count - done, offset + done)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return written == 0 ? ENOSPC : errno }
      done += written
    }
    return nil
  }
}
