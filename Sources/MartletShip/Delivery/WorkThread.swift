import Glibc
import Synchronization

/// A thread that does one thing and ends.
final class WorkThread: Sendable {
  private let hasEndedFlag = Atomic(false)
  private let id = Mutex<pthread_t?>(nil)

  private final class Work {
    let thread: WorkThread
    let body: () -> Void
    init(_ thread: WorkThread, _ body: @escaping () -> Void) {
      self.thread = thread
      self.body = body
    }
  }

  /// Begins the thread; nil if the system has none to give.
  static func begin(_ body: sending @escaping () -> Void) -> WorkThread? {
    let thread = WorkThread()
    let context = unsafe Unmanaged.passRetained(Work(thread, body))
    var id = pthread_t()
    let error = unsafe pthread_create(
      &id, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let work = unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        work.body()
        work.thread.hasEndedFlag.store(true, ordering: .releasing)
        return nil
      }, context.toOpaque())
    guard error == 0 else {
      unsafe context.release()
      return nil
    }
    thread.id.withLock { $0 = id }
    return thread
  }

  var hasEnded: Bool { hasEndedFlag.load(ordering: .acquiring) }

  func join() {
    if let id = id.withLock({ $0.take() }) { pthread_join(id, nil) }
  }

  /// Lets it go on alone.
  func abandon() {
    if let id = id.withLock({ $0.take() }) { pthread_detach(id) }
  }
}
