internal import CLinux
import Glibc
import Synchronization

/// A durable queue on disk between the agent and the sinks of its shipper.
///
/// Offering an event copies it into memory; a thread of the outbox's own writes it. Nobody who offers waits for a disk.
package final class Outbox: Sendable {
  /// How it is.
  package struct Health: Hashable, Sendable {
    /// Events that are on disk, since this was opened.
    package var kept: UInt64 = 0
    package var losses = OutboxLosses()
    /// Numbers of the oldest event that is on disk and of the next one.
    package var oldest: UInt64 = 1
    package var next: UInt64 = 1
    package var segments = 0
    /// Bytes on disk.
    package var size = 0
    /// The `errno` of what last failed on the disk; nil if all works.
    package var failure: Int32?
  }

  private struct Queue: ~Copyable {
    var batch = FrameBatch()
    var isClosing = false
  }

  private let limit: Int
  private let queue = Mutex(Queue())
  private let refused = Atomic<UInt64>(0)
  private let tooLong = Atomic<UInt64>(0)
  private let bell: Int32
  private let keptHealth: Mutex<Health>
  /// What was wrong with what was there when it was opened, a sentence each.
  package let findings: [String]
  private let thread = Mutex<pthread_t?>(nil)

  /// Opens the outbox and begins to write what is offered.
  ///
  /// - Parameters:
  ///   - prepare: what its thread does first.
  ///   - notice: makes an event of losses, so that they are told where the events would have been.
  package static func open(
    _ configuration: OutboxConfiguration, prepare: @escaping @Sendable () -> Void = {},
    notice: @escaping @Sendable (OutboxLosses) -> [UInt8]
  ) throws(OutboxError) -> Outbox {
    let store = try SegmentStore.open(configuration)
    let bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else { throw OutboxError("open", "eventfd", errno) }
    let outbox = Outbox(
      limit: min(configuration.queueLimit, configuration.limit / 4), bell: bell, store)
    let thread = OutboxThread(
      outbox: outbox, store: store, sync: configuration.sync, prepare: prepare, notice: notice)
    try outbox.begin(thread)
    return outbox
  }

  private init(limit: Int, bell: Int32, _ store: borrowing SegmentStore) {
    self.limit = limit
    self.bell = bell
    keptHealth = Mutex(Health(losses: store.losses, oldest: store.oldest, next: store.next))
    let damaged = store.losses[.damaged]
    findings =
      (damaged > 0 ? ["\(damaged) events in the outbox are damaged on the disk"] : [])
      + (store.doubtedCursors > 0
        ? ["\(store.doubtedCursors) cursors of the shipper are beyond all events, and not heeded"] : [])
  }

  deinit { Glibc.close(bell) }

  /// Takes an event of `count` bytes, which `pieces` hands to its argument, without waiting for anything. False if it is
  /// not taken, and counted as lost.
  @discardableResult
  package func offer(count: Int, _ pieces: ((RawSpan) -> Void) -> Void) -> Bool {
    guard count <= Frame.longest else {
      tooLong.add(1, ordering: .relaxed)
      return false
    }
    let wasEmpty: Bool? = queue.withLock { queue in
      let used = queue.batch.bytes.count
      guard used == 0 || used + count <= limit, !queue.isClosing else { return nil }
      queue.batch.append(pieces)
      return used == 0
    }
    guard let wasEmpty else {
      refused.add(1, ordering: .relaxed)
      return false
    }
    if wasEmpty { ring() }
    return true
  }

  /// Takes an event, as `offer(count:_:)` does.
  @discardableResult
  package func offer(_ event: RawSpan) -> Bool { offer(count: event.byteCount) { $0(event) } }

  /// How it was at the last write.
  package var health: Health {
    var health = keptHealth.withLock { $0 }
    add(to: &health.losses)
    return health
  }

  /// Writes what is still queued, has it on the disk and ends. Nothing is taken any more.
  package func close() {
    queue.withLock { $0.isClosing = true }
    ring()
    if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
  }

  private func ring() { eventfd_write(bell, 1) }

  private func begin(_ work: OutboxThread) throws(OutboxError) {
    let context = unsafe Unmanaged.passRetained(work)
    var id = pthread_t()
    let error = unsafe pthread_create(
      &id, nil,
      { context in
        if let context = unsafe context { unsafe Unmanaged<OutboxThread>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard error == 0 else {
      unsafe context.release()
      throw OutboxError("begin", "thread", error)
    }
    thread.withLock { $0 = id }
  }

  // MARK: For its thread

  /// Exchanges the queue's batch with an empty one. Returns whether no more will come.
  fileprivate func take(_ batch: inout FrameBatch) -> Bool {
    queue.withLock { queue in
      swap(&queue.batch, &batch)
      return queue.isClosing
    }
  }

  /// Waits until something is queued, or so many milliseconds.
  fileprivate func wait(milliseconds: Int32) {
    var waiting = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
    var count: UInt64 = 0
    if unsafe poll(&waiting, 1, milliseconds) > 0 { unsafe _ = eventfd_read(bell, &count) }
  }

  /// Adds what was lost on the way to the store.
  fileprivate func add(to losses: inout OutboxLosses) {
    losses[.queueFull] += refused.load(ordering: .relaxed)
    losses[.tooLong] += tooLong.load(ordering: .relaxed)
  }

  fileprivate func tell(_ health: Health) { keptHealth.withLock { $0 = health } }
}

/// What the outbox's own thread does.
private final class OutboxThread {
  private let outbox: Outbox
  private var store: SegmentStore
  private let sync: OutboxConfiguration.Sync
  private let prepare: @Sendable () -> Void
  private let notice: @Sendable (OutboxLosses) -> [UInt8]

  private var batch = FrameBatch()
  private var kept: UInt64 = 0
  /// Losses that events on disk tell of.
  private var told = OutboxLosses()
  /// When something is to be done, as `now` counts.
  private var syncDue: Int64?
  private var reclaimDue: Int64 = 0
  private var restoreDue: Int64 = 0

  /// What the sinks have read is removed this often, and what others have removed is made again, in milliseconds.
  private static let rest: Int64 = 10_000
  private static let restorePeriod: Int64 = 1000

  init(
    outbox: Outbox, store: consuming SegmentStore, sync: OutboxConfiguration.Sync,
    prepare: @escaping @Sendable () -> Void, notice: @escaping @Sendable (OutboxLosses) -> [UInt8]
  ) {
    self.outbox = outbox
    self.store = store
    self.sync = sync
    self.prepare = prepare
    self.notice = notice
  }

  func run() {
    prepare()
    while true {
      let isClosing = outbox.take(&batch)
      let isIdle = batch.bytes.isEmpty
      if !isIdle { write() }
      keep()
      tellLosses()
      tellHealth()
      if isIdle && isClosing { break }
      if isIdle { outbox.wait(milliseconds: milliseconds) }
    }
    if sync != .never { store.sync() }
  }

  private func write() {
    kept += UInt64(store.append(&batch))
    batch.removeAll()
    if case .every(let milliseconds) = sync, syncDue == nil { syncDue = Self.now + Int64(milliseconds) }
  }

  /// Puts what was lost since the last time among the events, once there is room for it.
  private func tellLosses() {
    let losses = losses
    let untold = losses.since(told)
    guard !untold.isEmpty else { return }
    let text = notice(untold)
    batch.append { $0(text.rawSpan) }
    let isTold = store.append(&batch, isNotice: true) > 0
    batch.removeAll()
    if isTold { told = losses }
  }

  /// Does what is due.
  private func keep() {
    let now = Self.now
    if let due = syncDue, now >= due {
      store.sync()
      syncDue = nil
    }
    if now >= reclaimDue {
      store.reclaim()
      reclaimDue = now + Self.rest
    }
    if now >= restoreDue {
      store.restore()
      restoreDue = now + Self.restorePeriod
    }
  }

  /// How long nothing is due.
  private var milliseconds: Int32 {
    Int32(clamping: max(0, min(syncDue ?? reclaimDue, reclaimDue, restoreDue) - Self.now))
  }

  /// Milliseconds on a clock that nobody sets.
  private static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private var losses: OutboxLosses {
    var losses = store.losses
    outbox.add(to: &losses)
    return losses
  }

  private func tellHealth() {
    outbox.tell(
      Outbox.Health(
        kept: kept, losses: store.losses, oldest: store.oldest, next: store.next, segments: store.segmentCount,
        size: store.size, failure: store.failure))
  }
}
