import CLinux
import Glibc
package import MartletSchema

/// JSON text on its way out, in which long texts that are known already stand by reference.
///
/// The text of a process with its ancestors is some twenty kilobytes, and the same from one event to the next: to copy
/// it into a buffer for each was a third of what an event cost. So it stays where it is, and the write gathers it.
package struct SplicedText: ~Copyable {
  /// A text that stands before the byte of `own` at `offset`.
  private struct Splice {
    let offset: Int
    let text: KeptText
  }

  /// Everything else.
  package var own: JSONWriter
  private var splices: [Splice] = []
  private var splicedCount = 0

  /// Shorter texts are copied: one piece more to gather costs as much.
  private static let threshold = 512
  /// The most pieces that one writev(2) takes (IOV_MAX).
  private static let mostPieces = 1024

  package init() { own = JSONWriter(capacity: 1 << 17) }

  /// A copy of whole lines, which has the long texts by reference, too.
  package init(_ lines: borrowing SplicedText) {
    own = JSONWriter(capacity: lines.own.count)
    append(lines)
  }

  /// Bytes in all.
  package var count: Int { own.count + splicedCount }

  /// Whether one write still takes all of `lines` behind what is here.
  package func hasRoom(for lines: borrowing SplicedText) -> Bool {
    (splices.count + lines.splices.count) * 2 + 1 <= Self.mostPieces
  }

  /// Puts whole lines behind those that are here.
  package mutating func append(_ lines: borrowing SplicedText) {
    let start = own.position
    own.rendered(lines.own.bytes)
    own.truncate(to: own.count)  // a comma that stands behind no value
    for splice in lines.splices { splices.append(Splice(offset: start + splice.offset, text: splice.text)) }
    splicedCount += lines.splicedCount
  }

  /// Whether one event more might make more pieces than one write takes.
  package var isFull: Bool { splices.count * 2 + 8 > Self.mostPieces }

  /// Splices members that were rendered before, as `JSONWriter.rendered` does.
  mutating func rendered(_ text: KeptText) {
    // The writer has to know that something stands there, for the comma behind it: the last byte is its own.
    let kept = text.count > Self.threshold ? text.count - 1 : 0
    if kept > 0 {
      splices.append(Splice(offset: own.position, text: text))
      splicedCount += kept
    }
    text.append(from: kept, to: &own)
  }

  package mutating func removeAll() {
    own.removeAll()
    splices.removeAll(keepingCapacity: true)
    splicedCount = 0
  }

  /// All of it in one piece.
  package var text: String {
    var all: [UInt8] = []
    append(to: &all)
    return String(decoding: all, as: UTF8.self)
  }

  /// Puts all of it behind `bytes`.
  func append(to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + count)
    unsafe forEachPiece { piece in unsafe bytes += piece }
  }

  /// Writes all of it; the `errno` of the write that failed otherwise.
  ///
  /// A file's pages leave the cache when they are on disk, where the kernel can do that: hardly anybody reads them here
  /// soon, and gigabytes of new pages cost the writer six times as much, and the host what it had in its cache.
  package func write(to descriptor: Int32) -> Int32? {
    var pieces: [iovec] = unsafe []
    unsafe forEachPiece { piece in
      unsafe pieces.append(iovec(iov_base: UnsafeMutableRawPointer(mutating: piece.baseAddress), iov_len: piece.count))
    }
    var first = 0
    while unsafe first < pieces.count {
      let written = unsafe pieces.withUnsafeBufferPointer { pieces in
        unsafe clinux_write_uncached(
          descriptor, pieces.baseAddress.map { unsafe $0 + first }, Int32(pieces.count - first))
      }
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { return errno }
      // A short write ends inside of a piece.
      var rest = written
      while unsafe first < pieces.count, unsafe rest >= pieces[first].iov_len {
        unsafe rest -= pieces[first].iov_len
        first += 1
      }
      if unsafe first < pieces.count {
        unsafe pieces[first].iov_base += rest
        unsafe pieces[first].iov_len -= rest
      }
    }
    return nil
  }

  /// Hands each line to `body`, without its end.
  package func forEachLine(_ body: (RawSpan) -> Void) {
    var line: [UInt8] = []
    unsafe forEachPiece { piece in
      var rest = unsafe piece
      while let start = rest.baseAddress, let end = unsafe memchr(start, 0x0a, rest.count) {
        let count = unsafe UnsafeRawPointer(end) - start
        unsafe line.append(contentsOf: rest.prefix(count))
        unsafe body(line.span.bytes)
        line.removeAll(keepingCapacity: true)
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count + 1))
      }
      unsafe line.append(contentsOf: rest)
    }
  }

  /// The pieces in order. Their memory is `own`'s and that of the texts in `splices`: it stays until self changes.
  @unsafe package func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) {
    unsafe own.bytes.withUnsafeBytes { own in
      var start = 0
      for splice in splices {
        unsafe body(UnsafeRawBufferPointer(rebasing: own[start..<splice.offset]))
        unsafe body(UnsafeRawBufferPointer(rebasing: splice.text.memory.dropLast()))
        start = splice.offset
      }
      unsafe body(UnsafeRawBufferPointer(rebasing: own[start...]))
    }
  }
}

/// A text that is written again and again, in memory of its own that does not move.
@safe final class KeptText: Sendable {
  /// Written once, before anybody else has it.
  fileprivate nonisolated(unsafe) let memory: UnsafeRawBufferPointer

  /// A copy of what a writer has written.
  init(_ writer: borrowing JSONWriter) {
    unsafe memory = writer.bytes.withUnsafeBytes { bytes in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
      unsafe memory.copyMemory(from: bytes)
      return UnsafeRawBufferPointer(memory)
    }
  }

  deinit { unsafe memory.deallocate() }

  var count: Int { unsafe memory.count }

  /// Writes the text, or what of it begins at `start`.
  func append(from start: Int = 0, to writer: inout JSONWriter) {
    unsafe writer.rendered(UnsafeRawBufferPointer(rebasing: memory[start...]).bytes)
  }
}
