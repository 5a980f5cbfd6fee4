import CLinux
import Glibc

/// Wakes a thread that waits for something to do. Rung while nobody waits, it is heard by who waits next.
///
/// It has no descriptor that somebody could have this process close.
@safe final class Bell: Sendable {
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  /// Many rings before anybody hears them are one.
  func ring() {
    var count: Int32 = 0
    unsafe sem_getvalue(semaphore, &count)
    if count == 0 { unsafe sem_post(semaphore) }
  }

  func wait() {
    while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
  }

  /// Waits no longer than that. False if it was not rung.
  @discardableResult
  func wait(until deadline: Moment) -> Bool {
    while unsafe clinux_sem_wait_until(semaphore, deadline.time) != 0 {
      if errno != EINTR { return false }
    }
    return true
  }
}
