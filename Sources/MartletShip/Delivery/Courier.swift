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
  private let log: @Sendable (String) -> Void
  private var troubles: [Concern: String] = [:]
  /// Missing events that have been told.
  private var toldMissing: UInt64 = 0
  /// When it was last told that events were put aside.
  private var toldRefusal: ContinuousClock.Instant?

  /// What may keep events from being delivered.
  private enum Concern: CaseIterable {
    case outbox
    case receiver
    case deadLetters
    case cursor
  }

  /// How often the outbox is looked at that had nothing.
  private static let pause = Duration.milliseconds(100)

  init(
    sink: any Sink, state: SinkState, filter: EventFilter, batching: Batching, backoff: Backoff, outbox: String,
    cursor: consuming CursorFile, deadLetters: DeadLetters, stop: StopSignal, log: @escaping @Sendable (String) -> Void
  ) {
    self.sink = sink
    self.state = state
    self.filter = filter
    self.batching = batching
    self.backoff = backoff
    self.deadLetters = deadLetters
    self.stop = stop
    self.log = log
    reader = OutboxReader(directory: outbox, from: cursor.cursor)
    self.cursor = cursor
  }

  /// Delivers until the signal to stop.
  func run() {
    let start = reader.position
    state.change { values in
      values.position = start
      // What was wrong for the one before, whose configuration was another.
      values.trouble = nil
    }
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
        tell(nil, of: .outbox)
      } catch {
        tell(error.description, of: .outbox)
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
        guard bury(refused, failure) else {
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
    let missing = reader.missing &- toldMissing
    toldMissing = reader.missing
    state.change { values in
      values.filtered += batch.filtered
      values.missing &+= missing
    }
    if missing > 0 {
      log("\(state.name): \(missing) events are missing: the outbox dropped them, or they are damaged on the disk")
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
      if failure == nil {
        values.failuresInARow = 0
      } else {
        values.failures += 1
        values.failuresInARow += 1
      }
    }
    switch failure?.remedy {
    case .retry: tell(failure?.description, of: .receiver)
    // Of events that are refused for good the server is not to blame.
    case nil, .divide, .giveUp: tell(nil, of: .receiver)
    }
    if done > 0 { backoff.reset() }
    return (done, failure)
  }

  /// Puts aside what will never be taken. False if that cannot be written.
  private func bury(_ events: ArraySlice<ShippedEvent>, _ failure: DeliveryFailure) -> Bool {
    let replaced: UInt64
    do {
      replaced = try deadLetters.append(events, reason: failure.description)
    } catch {
      tell(error.description, of: .deadLetters)
      return false
    }
    tell(nil, of: .deadLetters)
    var refused = events.count
    if case .giveUp(let count?) = failure.remedy { refused = min(count, refused) }
    state.change { values in
      values.dead += UInt64(refused)
      values.delivered += UInt64(events.count - refused)
      values.replaced += replaced
    }
    if toldRefusal.map({ .now - $0 > .seconds(60) }) ?? true {
      toldRefusal = .now
      log("\(state.name): \(refused) events were refused, and are in \(deadLetters.path): \(failure)")
    }
    return true
  }

  /// Shows what is wrong; nil for nothing. The log has when that begins, and when it is over.
  private func tell(_ trouble: String?, of concern: Concern) {
    if trouble == nil, troubles.isEmpty { return }
    let before = troubles[concern]
    if trouble == before { return }
    troubles[concern] = trouble
    let first = Concern.allCases.lazy.compactMap { self.troubles[$0] }.first
    state.change { $0.trouble = first }
    if let trouble, before == nil { log("\(state.name): \(trouble)") }
    if trouble == nil { log("\(state.name): goes on") }
  }

  private func remember(_ position: Cursor) {
    guard position.sequence != cursor.cursor.sequence || position.offset != cursor.cursor.offset else { return }
    let error = cursor.save(position)
    tell(error.map { OutboxError("write", "cursor of \(state.name)", $0).description }, of: .cursor)
    state.change { $0.position = position }
  }
}
