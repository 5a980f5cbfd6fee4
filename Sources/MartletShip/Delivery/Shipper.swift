import Glibc
package import MartletOutbox

/// Delivers what an outbox holds to the sinks of a configuration, each on a thread of its own.
package final class Shipper {
  private let configuration: ShipConfiguration
  /// There is one shipper for a state directory.
  private var lock: FileLock?
  package let states: [SinkState]
  private let stop = StopSignal()
  private let abort = StopSignal()
  private var threads: [WorkThread] = []
  private let log: @Sendable (String) -> Void

  /// Opens the state and begins.
  ///
  /// - Parameter earlier: one that has ended, in whose states sinks of the same name and type go on counting.
  /// - Parameter log: takes what is to be known of the sinks, a line each, on any thread.
  package static func start(
    _ configuration: ShipConfiguration, after earlier: Shipper? = nil,
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(OutboxError) -> Shipper {
    earlier?.lock = nil
    let state = configuration.state
    for directory in [state, state + "/cursors"] {
      if unsafe mkdir(directory, 0o755) != 0, errno != EEXIST { throw OutboxError("make", directory, errno) }
    }
    let shipper = Shipper(
      configuration, lock: try FileLock.take(state + "/lock"), earlier: earlier?.states ?? [], log: log)
    try shipper.begin()
    return shipper
  }

  private init(
    _ configuration: ShipConfiguration, lock: consuming FileLock, earlier: [SinkState],
    log: @escaping @Sendable (String) -> Void
  ) {
    self.log = log
    self.configuration = configuration
    self.lock = consume lock
    states = configuration.sinks.map { plan in
      earlier.first { $0.name == plan.name && $0.type == plan.kind.rawValue }
        ?? SinkState(name: plan.name, type: plan.kind.rawValue)
    }
  }

  private func begin() throws(OutboxError) {
    let cursors = configuration.state + "/cursors"
    forget(in: cursors)
    // Servers that close connections are told by what the calls return.
    _ = signal(SIGPIPE, SIG_IGN)
    for (plan, state) in zip(configuration.sinks, states) {
      let courier = Courier(
        sink: plan.make(abort), state: state, filter: plan.filter, batching: plan.batching,
        backoff: Backoff(longest: plan.longestRetry), outbox: configuration.outbox,
        cursor: try CursorFile.open(plan.name, in: cursors),
        deadLetters: DeadLetters(path: "\(configuration.state)/\(plan.name).dead.jsonl"), stop: stop, log: log)
      // The courier is the thread's alone from here on.
      nonisolated(unsafe) let handed = courier
      guard let thread = WorkThread.begin({ unsafe handed.run() }) else { throw OutboxError("begin", "thread", EAGAIN) }
      threads.append(thread)
    }
  }

  /// The outbox is to keep nothing for sinks that are not there any more.
  private func forget(in directory: String) {
    let names = Set(configuration.sinks.map(\.name))
    for name in Cursor.all(in: directory).keys where !names.contains(name) {
      unsafe unlink("\(directory)/\(name)\(Cursor.suffix)")
    }
  }

  /// Ends in order: what is under way has `grace` to be acknowledged, then it ends anyway, to be sent again at the next
  /// start. Nothing is lost in either case.
  package func end(grace: Duration = .seconds(5)) {
    stop.set()
    wait(grace)
    abort.set()
    wait(.seconds(5))
    for thread in threads { if thread.hasEnded { thread.join() } else { thread.abandon() } }
    threads = []
  }

  private func wait(_ duration: Duration) {
    let end = ContinuousClock.now + duration
    while !threads.allSatisfy(\.hasEnded), ContinuousClock.now < end { usleep(5000) }
  }
}
