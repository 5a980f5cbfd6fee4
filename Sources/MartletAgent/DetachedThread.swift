import Glibc

/// A thread that nobody waits for.
enum DetachedThread {
  /// Has a new thread run `body`; false when there is none to be had, and `body` does not run.
  ///
  /// - Parameter isPrivileged: whether it may do all that who begins it may. Otherwise it gives up, before `body`, what nobody
  ///   needs once the probes are attached.
  static func begin(isPrivileged: Bool = true, _ body: sending @escaping () -> Void) -> Bool {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(Body(isPrivileged: isPrivileged, body))
    let error = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard error == 0 else {
      unsafe context.release()
      return false
    }
    pthread_detach(thread)
    return true
  }

  private final class Body {
    private let isPrivileged: Bool
    private let body: () -> Void

    init(isPrivileged: Bool, _ body: @escaping () -> Void) {
      self.isPrivileged = isPrivileged
      self.body = body
    }

    func run() {
      if !isPrivileged { Privilege.dropEarly() }
      body()
    }
  }
}
