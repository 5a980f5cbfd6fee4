internal import CLinux
import Glibc
import Synchronization

/// Says to any number of threads that it is time to end, and wakes those that wait.
package final class StopSignal: Sendable {
  private let bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
  /// Not zero once it is time: in memory that does not move, for C to look at.
  let flag: UnsafeFlag

  package init() { flag = UnsafeFlag() }

  deinit { close(bell) }

  package var isSet: Bool { flag.isSet }

  package func set() {
    flag.set()
    eventfd_write(bell, 1)
  }

  /// Waits for so long, or until it is set. Returns whether it is.
  @discardableResult
  package func wait(_ duration: Duration) -> Bool {
    let end = ContinuousClock.now + duration
    while !isSet {
      let left = end - .now
      guard left > .zero else { break }
      var waiting = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
      _ = unsafe poll(&waiting, 1, Int32(clamping: left.milliseconds + 1))
    }
    return isSet
  }
}

/// A number in memory that does not move.
@safe final class UnsafeFlag: Sendable {
  // Only touched as an atomic, by Swift here and by C with the same width.
  private nonisolated(unsafe) let memory: UnsafeMutablePointer<Atomic<Int32>>

  init() {
    unsafe memory = .allocate(capacity: 1)
    unsafe memory.initialize(to: Atomic(0))
  }

  deinit {
    unsafe memory.deinitialize(count: 1)
    unsafe memory.deallocate()
  }

  var isSet: Bool { unsafe memory.pointee.load(ordering: .relaxed) != 0 }
  func set() { unsafe memory.pointee.store(1, ordering: .relaxed) }
  @unsafe var pointer: UnsafePointer<Int32> { unsafe UnsafeRawPointer(memory).assumingMemoryBound(to: Int32.self) }
}

extension Duration {
  /// Rounded down.
  package var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
  /// With the fraction.
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
