import Synchronization

/// A thread for work that may take longer than whoever wants it done can wait, such as reading files: whose disk, or
/// whose file system in user space, answers late or never.
///
/// It does one thing at a time. While it has not come back from the last one, it takes no other.
final class SideThread: Sendable {
  /// How it ended.
  enum Outcome<Result> {
    case done(Result)
    /// It has not come back in time. The work goes on, and what it comes to is dropped.
    case late
    /// It is still at work that was late.
    case busy
    /// There is no thread: the system has none to give.
    case none
  }

  private let shared: Shared?

  init() { shared = Shared.start() }

  deinit { shared?.end() }

  /// Does `work` on the thread and waits for it.
  func run<Result: Sendable>(for limit: Duration, _ work: @escaping @Sendable () -> Result) -> Outcome<Result> {
    guard let shared else { return .none }
    let result = Box<Result>()
    guard let number = shared.take({ result.value.withLock { $0 = work() } }) else { return .busy }
    guard shared.wait(for: number, until: .now + limit), let value = result.value.withLock({ $0 }) else { return .late }
    return .done(value)
  }

  private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }
}

/// What the thread and those who want something of it have in common.
private final class Shared: Sendable {
  private struct State: ~Copyable {
    var work: (@Sendable () -> Void)?
    /// Numbers of the last work that was taken on and of the last that was done.
    var taken: UInt64 = 0
    var done: UInt64 = 0
    var isOver = false
  }

  private let state = Mutex(State())
  /// Something is to be done; something was.
  private let wanted = Bell()
  private let finished = Bell()

  /// Begins the thread; `nil` when there is none to be had.
  static func start() -> Shared? {
    let shared = Shared()
    return DetachedThread.begin({ shared.serve() }) ? shared : nil
  }

  /// The number of `work`, which the thread does now; `nil` while it is at other work.
  func take(_ work: @escaping @Sendable () -> Void) -> UInt64? {
    let number: UInt64? = state.withLock { state in
      guard state.taken == state.done else { return nil }
      state.taken += 1
      state.work = work
      return state.taken
    }
    if number != nil { wanted.ring() }
    return number
  }

  /// Waits until the work of that number is done. False if it is not by `deadline`.
  func wait(for number: UInt64, until deadline: Moment) -> Bool {
    while !state.withLock({ $0.done >= number }) {
      guard finished.wait(until: deadline) else { return false }
    }
    return true
  }

  func end() {
    state.withLock { $0.isOver = true }
    wanted.ring()
  }

  private func serve() {
    while true {
      wanted.wait()
      let (work, isOver) = state.withLock { ($0.work.take(), $0.isOver) }
      if isOver { return }
      guard let work else { continue }
      work()
      state.withLock { $0.done = $0.taken }
      finished.ring()
    }
  }
}
