import Glibc
import MartletOutbox

/// Carries events from the outbox to one sink, on a thread of its own: what happens to other sinks does not concern it.
final class Courier {
  /// How many events go at once.
  struct Batching: Hashable, Sendable {
    var events = 500
    var bytes = 1 << 20
    /// How long a batch that is not full waits for more.
    var wait: Duration = .seconds(1)
  }

  private let sink: any Sink
  private let state: SinkState
  private let batching: Batching
  private let stop: StopSignal
  private let deadLetters: DeadLetters
  private var filter: EventFilter
  private var reader: OutboxReader
  private var cursor: CursorFile
  private var backoff: Backoff

  /// How often the outbox is looked at that had nothing.
  private static let pause = Duration.milliseconds(100)

  init(
    sink: any Sink, state: SinkState, filter: EventFilter, batching: Batching, backoff: Backoff, outbox: String,
    cursor: consuming CursorFile, deadLetters: DeadLetters, stop: StopSignal
  ) {
    self.sink = sink
    self.state = state
    self.filter = filter
    self.batching = batching
    self.backoff = backoff
    self.deadLetters = deadLetters
    self.stop = stop
    reader = OutboxReader(directory: outbox, from: cursor.cursor)
    self.cursor = cursor
  }

  /// Delivers until the signal to stop.
  func run() {
    let start = reader.position
    state.change { $0.position = start }
    // So that the outbox keeps for this sink what comes from now on.
    _ = cursor.save(reader.position)
    while !stop.isSet {
      let batch = collect()
      deliver(batch)
      if stop.isSet { break }
    }
    sink.close()
  }

  // MARK: Reading

  private struct Batch {
    var events: [ShippedEvent] = []
    var bytes = 0
    /// Where each event ends, and where the last one that was read does.
    var ends: [Cursor] = []
    var end: Cursor
    var filtered: UInt64 = 0
  }

  /// The next events that the sink wants: at once what fills a batch, else what came until the wait was over.
  private func collect() -> Batch {
    var batch = Batch(end: reader.position)
    var due: ContinuousClock.Instant?
    while !stop.isSet, batch.events.count < batching.events, batch.bytes < batching.bytes {
      // Even if the sink wants nothing, its cursor has to move.
      if batch.filtered >= 10_000 { break }
      let event: ShippedEvent?
      do {
        event = try reader.next()
      } catch {
        state.change { $0.trouble = error.description }
        event = nil
      }
      if let event {
        batch.end = reader.position
        if filter.wants(event) {
          batch.events.append(event)
          batch.ends.append(reader.position)
          batch.bytes += event.text.count
        } else {
          batch.filtered += 1
        }
        if due == nil { due = .now + batching.wait }
        continue
      }
      if let due, .now >= due { break }
      stop.wait(due.map { min($0 - .now, Self.pause) } ?? Self.pause)
    }
    return batch
  }

  // MARK: Delivering

  /// Delivers a batch, however often it has to be tried. What was not when the signal to stop came is read again later.
  private func deliver(_ batch: Batch) {
    var rest = batch.events[...]
    var size = rest.count
    while !rest.isEmpty {
      let (count, failure) = attempt(rest.prefix(size))
      if count > 0 {
        rest = rest.dropFirst(count)
        remember(batch.ends[rest.startIndex - 1])
      }
      guard let failure else {
        size = rest.count
        continue
      }
      switch failure.remedy {
      case .divide where min(size, rest.count) > 1: size = min(size, rest.count) / 2
      case .divide, .giveUp:
        let refused = rest.prefix(failure.remedy == .divide ? 1 : size)
        guard bury(refused, reason: failure.description) else {
          if stop.wait(backoff.next(asked: nil)) { return }
          continue
        }
        rest = rest.dropFirst(refused.count)
        remember(batch.ends[rest.startIndex - 1])
        size = max(rest.count, 1)
      case .retry(let asked):
        if stop.wait(backoff.next(asked: asked)) { return }
      }
    }
    let missing = reader.missing
    state.change { values in
      values.filtered += batch.filtered
      values.missing = missing
    }
    remember(batch.end)
  }

  /// One attempt. Returns how many were acknowledged, and what became of the others.
  private func attempt(_ events: ArraySlice<ShippedEvent>) -> (count: Int, failure: DeliveryFailure?) {
    var done = 0
    var failure: DeliveryFailure?
    do { try sink.deliver(events, done: &done) } catch { failure = error }
    if failure == nil { done = events.count }
    let bytes = events.prefix(done).reduce(0) { $0 + $1.text.count }
    let now = secondsNow
    state.change { values in
      values.attempts += 1
      values.delivered += UInt64(done)
      values.deliveredBytes += UInt64(bytes)
      if done > 0 { values.lastSuccess = now }
      values.trouble = failure?.description
      if failure == nil {
        values.failuresInARow = 0
      } else {
        values.failures += 1
        values.failuresInARow += 1
      }
    }
    if done > 0 { backoff.reset() }
    return (done, failure)
  }

  /// Puts aside what will never be taken. False if that cannot be written.
  private func bury(_ events: ArraySlice<ShippedEvent>, reason: String) -> Bool {
    if let error = deadLetters.append(events, reason: reason) {
      let trouble = OutboxError("write", deadLetters.path, error).description
      state.change { $0.trouble = trouble }
      return false
    }
    state.change { $0.dead += UInt64(events.count) }
    return true
  }

  private func remember(_ position: Cursor) {
    guard position.sequence != cursor.cursor.sequence || position.offset != cursor.cursor.offset else { return }
    if let error = cursor.save(position) {
      let trouble = OutboxError("write", "cursor of \(state.name)", error).description
      state.change { $0.trouble = trouble }
    }
    state.change { $0.position = position }
  }
}
