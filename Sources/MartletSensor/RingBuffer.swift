internal import CLibbpf
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
  }

  deinit {
    unsafe munmap(consumer, page)
    unsafe munmap(producer, page + 2 * size)
  }

  /// Bytes that wait to be consumed.
  package var backlog: Int {
    let produced = unsafe position(producer).pointee.load(ordering: .acquiring)
    return Int(truncatingIfNeeded: produced &- (unsafe position(consumer).pointee.load(ordering: .relaxed)))
  }

  /// Hands each record that is whole to `body`, with the row of the ledger that its cgroup is counted in, in the order in
  /// which the kernel reserved them, and gives the room back.
  ///
  /// Ends where the ring ended when it was called, or before at a record that the kernel is still writing: what follows
  /// comes with the next call.
  package borrowing func drain<E: Error>(_ body: (RawSpan, CgroupID) throws(E) -> Void) throws(E) {
    var consumed = unsafe position(consumer).pointee.load(ordering: .relaxed)
    let data = unsafe producer + page
    let produced = unsafe position(producer).pointee.load(ordering: .acquiring)
    while consumed != produced {
      let header = unsafe data + Int(truncatingIfNeeded: consumed & UInt(size - 1))
      let word = unsafe header.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
      guard word & Self.busy == 0 else { return }
      let length = Int(word & ~(Self.busy | Self.discard))
      defer {
        consumed &+= UInt(Self.headerSize + length + 7) & ~7
        unsafe position(consumer).pointee.store(consumed, ordering: .releasing)
      }
      if word & Self.discard == 0 {
        let whole = unsafe UnsafeRawBufferPointer(start: header + Self.headerSize, count: length).bytes
        let size = MemoryLayout<martlet_envelope>.size
        guard whole.byteCount >= size else { continue }
        let envelope = unsafe whole.unsafeLoadUnaligned(as: martlet_envelope.self)
        try body(whole.extracting(size...), CgroupID(envelope.cgroup))
      }
    }
  }

  private static let busy: UInt32 = 1 << 31
  private static let discard: UInt32 = 1 << 30
  private static let headerSize = 8
}

/// The position counter that a page of the ring begins with.
@unsafe private func position(_ page: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Atomic<UInt>> {
  unsafe page.assumingMemoryBound(to: Atomic<UInt>.self)
}
