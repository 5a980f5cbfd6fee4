internal import CLibbpf
internal import CLinux
internal import CMartletABI
import Glibc
package import MartletModel
import Synchronization

/// The consuming end of a BPF ring buffer.
///
/// The kernel maps the data twice in a row, so that a record that wraps around the end is contiguous. The position that
/// we consumed up to is a page of ours; the producer's and the data are read-only.
@safe package struct RingBuffer: ~Copyable {
  private let consumer: UnsafeMutableRawPointer
  private let producer: UnsafeMutableRawPointer
  private let size: Int
  private let page: Int
  private let own: OwnPosition

  /// How far we read, and how much of that we told the kernel. Whoever gets at the map can write to the position that it is
  /// told, and would hide records or have others read as what they are not: only this one is believed.
  private final class OwnPosition {
    var consumed: UInt = 0
    var told: UInt = 0
    /// Bytes by which somebody else moved the position that the kernel is told.
    var moved: UInt64 = 0
  }

  /// Maps the ring of a map's descriptor. `size` is the map's `max_entries`, a power of two in bytes.
  package init(descriptor: Int32, size: Int) throws(SensorError) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard
      let consumer = unsafe mmap(nil, page, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      unsafe consumer != MAP_FAILED
    else { throw .system("map the ring buffer", errno: errno) }
    guard
      let producer = unsafe mmap(nil, page + 2 * size, PROT_READ, MAP_SHARED, descriptor, page),
      unsafe producer != MAP_FAILED
    else {
      let error = errno
      unsafe munmap(consumer, page)
      throw .system("map the ring buffer", errno: error)
    }
    unsafe (self.consumer, self.producer) = (consumer, producer)
    (self.size, self.page) = (size, page)
    own = OwnPosition()
    own.consumed = unsafe position(consumer).pointee.load(ordering: .relaxed)
    own.told = own.consumed
  }

  deinit {
    unsafe munmap(consumer, page)
    unsafe munmap(producer, page + 2 * size)
  }

  /// Where the ring ends by now.
  package var end: UInt { unsafe position(producer).pointee.load(ordering: .acquiring) }

  /// Whether all is consumed that stood before an end.
  package func isConsumed(upTo end: UInt) -> Bool { Int(bitPattern: own.consumed &- end) >= 0 }

  /// Bytes that wait to be consumed.
  package var backlog: Int {
    let produced = unsafe position(producer).pointee.load(ordering: .acquiring)
    return Int(truncatingIfNeeded: produced &- own.consumed)
  }

  /// Bytes by which somebody else moved the position since the last time that this was asked.
  package func takeMoved() -> UInt64 {
    defer { own.moved = 0 }
    return own.moved
  }

  /// Gives the room before our position back to the kernel. Returns whether somebody else wrote to the position that it had
  /// been told, which is counted.
  @discardableResult private func tell() -> Bool {
    let found = unsafe position(consumer).pointee.load(ordering: .relaxed)
    let isMoved = found != own.told
    if isMoved { own.moved &+= UInt64(Int(bitPattern: found &- own.told).magnitude) }
    own.told = own.consumed
    unsafe position(consumer).pointee.store(own.consumed, ordering: .releasing)
    return isMoved
  }

  /// Hands each record that is whole to `body`, with the row of the ledger that its cgroup is counted in, in the order in
  /// which the kernel reserved them, and gives the room back.
  ///
  /// Ends where the ring ended when it was called, behind `most` bytes, or before at a record that the kernel is still writing:
  /// what follows comes with the next call. Returns whether `most` was too little.
  @discardableResult
  package borrowing func drain<E: Error>(
    most: Int = .max, _ body: (RawSpan, CgroupID) throws(E) -> Void
  ) throws(E) -> Bool {
    let isMoved = tell()
    let data = unsafe producer + page
    let produced = unsafe position(producer).pointee.load(ordering: .acquiring)
    // The kernel, told otherwise, may have written over what was not read yet.
    if isMoved, produced &- own.consumed > UInt(size) { own.consumed = produced }
    defer { tell() }
    let start = own.consumed
    while own.consumed != produced, own.consumed &- start < UInt(most) {
      let header = unsafe data + Int(truncatingIfNeeded: own.consumed & UInt(size - 1))
      let word = unsafe header.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
      guard word & Self.busy == 0 else { return false }
      let length = Int(word & ~(Self.busy | Self.discard))
      defer {
        own.consumed &+= UInt(Self.headerSize + length + 7) & ~7
        if own.consumed &- own.told >= Self.step { tell() }
      }
      unsafe clinux_prefetch(header + Self.headerSize + length, Self.ahead)
      if word & Self.discard == 0 {
        let whole = unsafe UnsafeRawBufferPointer(start: header + Self.headerSize, count: length).bytes
        let size = MemoryLayout<martlet_envelope>.size
        guard whole.byteCount >= size else { continue }
        let envelope = unsafe whole.unsafeLoadUnaligned(as: martlet_envelope.self)
        try body(whole.extracting(size...), CgroupID(envelope.cgroup))
      }
    }
    return own.consumed != produced
  }

  private static let busy: UInt32 = 1 << 31
  private static let discard: UInt32 = 1 << 30
  private static let headerSize = 8
  /// Bytes after which the kernel is told: each time costs both processors a look at the other's memory.
  private static let step: UInt = 8192
  /// Bytes behind a record that are fetched while it is walked through: they lie in the cache of who wrote them.
  private static let ahead = 768
}

/// The position counter that a page of the ring begins with.
@unsafe private func position(_ page: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt>> {
  unsafe page.assumingMemoryBound(to: Atomic<UInt>.self)
}
