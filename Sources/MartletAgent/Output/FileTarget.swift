import Glibc
import MartletModel
package import MartletOutput
import MartletSchema
import Synchronization

/// The file of events, written by a thread of its own: a disk that stands still holds up neither rules nor clients.
///
/// Lines wait in memory up to a bound. As long as the disk moves, who fills that waits for it, and the ring with its fair
/// shares takes what comes meanwhile. For a disk that does not move nobody waits: lines that find no room are lost, counted,
/// and told in the file once it moves again.
package final class FileTarget: LineTarget, Sendable {
  /// What became of the lines.
  package struct Health: Hashable, Sendable {
    package var counts = RotatingFile.Counts()
    /// Lines that wait in memory.
    package var waiting: UInt64 = 0
    /// Lines that found no room there.
    package var unqueued: UInt64 = 0
    /// How often the file was removed, and not moved.
    package var removals: UInt64 = 0

    package var lost: UInt64 { counts.lost &+ unqueued }
  }

  /// Lines that are written together, or are lost together. Who has it out of the queue is alone with it.
  private final class Batch: @unchecked Sendable {
    var lines: SplicedText
    var count: Int

    init(_ lines: borrowing SplicedText, count: Int) {
      self.lines = SplicedText(lines)
      self.count = count
    }
  }

  private struct State {
    var batches: [Batch] = []
    /// Bytes that wait, those that are just being written among them.
    var size = 0
    /// When the file last took something, or was last given something to do.
    var lastMove = Moment.now
    var health = Health()
    /// Why lines cannot be written just now; `nil` while they can.
    var failure: OutputError?
    /// Whether lines were lost lately, as the disk had not taken those before.
    var isLate = false
    /// Lines that had found no room at the last tick.
    var noticed: UInt64 = 0
    var isReopening = false
    var isClosing = false
  }

  package let options: RotatingFile.Options
  private let limit: Int
  private let patience: Duration
  private let lastPatience: Duration
  private let state = Mutex(State())
  /// Rung when there is something to do, and when all is done and nothing more will come.
  private let bell = Bell()
  private let end = Bell()

  /// As much is written at once, and lost at once where a disk is full.
  private static let batchSize = 1 << 20

  /// Opens the file, and makes its directory where that is missing.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that wait. The text of a process counts for each event that it stands in, and is kept once.
  ///   - patience: a disk that takes nothing for so long does not move.
  ///   - lastPatience: the same at the end, when nothing else has to go on: shorter than the service manager's own.
  ///   - isPrivileged: whether files after the first are made with all that the agent may do at its start.
  package init(
    _ options: RotatingFile.Options, limit: Int = 32 << 20, patience: Duration = .seconds(2),
    lastPatience: Duration = .seconds(60), isPrivileged: Bool = true
  ) throws(OutputError) {
    self.options = options
    self.limit = limit
    self.patience = patience
    self.lastPatience = lastPatience
    let file = try RotatingFile(options)
    let isBegun = DetachedThread.begin(isPrivileged: isPrivileged) { self.run(file) }
    guard isBegun else { throw OutputError(path: options.path, errno: EAGAIN) }
  }

  package var health: Health { state.withLock(\.health) }

  /// Why lines are being lost just now; `nil` while they are not.
  package var problem: String? {
    let (failure, isLate) = state.withLock { ($0.failure, $0.isLate) }
    return failure?.description ?? (isLate ? "the disk does not take in time what is for '\(options.path)'" : nil)
  }

  /// To be called once a second.
  func tick() {
    state.withLock { state in
      let isLosing = state.health.unqueued > state.noticed
      state.isLate = isLosing || state.isLate && state.size > limit / 2
      state.noticed = state.health.unqueued
    }
  }

  /// Whether it has room for what a look at the ring may bring, or will have none soon.
  package var isReady: Bool { state.withLock { $0.size <= limit / 2 || !isMoving($0) } }

  package func take(_ lines: borrowing SplicedText, count: Int) {
    while true {
      let isDone = state.withLock { state in
        if state.size == 0 { state.lastMove = .now }
        if state.size == 0 || state.size + lines.count <= limit {
          state.size += lines.count
          state.health.waiting &+= UInt64(count)
          if let last = state.batches.last, last.lines.count < Self.batchSize, last.lines.hasRoom(for: lines) {
            last.lines.append(lines)
            last.count += count
          } else {
            state.batches.append(Batch(lines, count: count))
          }
          return true
        }
        if isMoving(state) { return false }
        state.health.unqueued &+= UInt64(count)
        return true
      }
      if isDone { break }
      usleep(1000)
    }
    bell.ring()
  }

  private func isMoving(_ state: borrowing State) -> Bool { .now - state.lastMove < patience }

  /// Begins the file anew under its name, soon: somebody has moved it.
  package func reopen() {
    state.withLock { $0.isReopening = true }
    bell.ring()
  }

  /// Waits until all is on the disk, as long as that moves. Nothing is to be taken any more.
  package func finish() {
    state.withLock { $0.isClosing = true }
    bell.ring()
    var waiting: UInt64
    repeat { waiting = health.waiting } while !end.wait(until: .now + lastPatience) && health.waiting < waiting
    state.withLock { state in
      state.health.unqueued &+= state.health.waiting
      state.health.waiting = 0
      state.batches = []
    }
  }

  // MARK: Its thread

  private func run(_ file: RotatingFile) {
    var nextTick = Moment.now + .seconds(1)
    var told = Health()
    while true {
      let (batch, isReopening, isClosing) = state.withLock { state in
        defer { state.isReopening = false }
        return (state.batches.isEmpty ? nil : state.batches.removeFirst(), state.isReopening, state.isClosing)
      }
      if isReopening { file.reopen() }
      if let batch {
        file.take(batch.lines, count: batch.count)
        tellLosses(of: file, told: &told)
      }
      if Moment.now >= nextTick {
        nextTick = .now + .seconds(1)
        file.tick()
      }
      settle(batch, file)
      if batch != nil || isReopening { continue }
      if isClosing { break }
      bell.wait(until: nextTick)
    }
    file.finish()
    end.ring()
  }

  private func settle(_ batch: Batch?, _ file: RotatingFile) {
    state.withLock { state in
      state.health.counts = file.counts
      state.failure = file.failure
      state.health.removals = file.removals
      guard let batch else { return }
      state.lastMove = .now
      state.size -= batch.lines.count
      // At the end it may have been given up already.
      state.health.waiting -= min(state.health.waiting, UInt64(batch.count))
    }
  }

  /// Says in the file how many lines are not in it, once it takes some again.
  private func tellLosses(of file: RotatingFile, told: inout Health) {
    guard file.failure == nil else { return }
    var now = health
    now.counts = file.counts
    var losses = JSONObject()
    for (cause, count) in [
      ("queue_full", now.unqueued &- told.unqueued), ("write_failed", now.counts.lost &- told.counts.lost),
    ] where count > 0 { losses["lost.file.\(cause)"] = .integer(JSONInteger(count)) }
    guard !losses.isEmpty else { return }
    var line = SplicedText()
    EventDocument(lost: losses, at: .now).write(to: &line.own)
    line.own.newline()
    file.take(line, count: 0)
    if file.failure == nil { told = now }
  }
}
