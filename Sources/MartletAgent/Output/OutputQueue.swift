import Glibc
package import MartletOutput
import Synchronization

/// Text on its way to a descriptor whose reader may be slow, or read no more. It waits in memory up to a bound, and a thread
/// of its own writes it: who offers waits for nobody.
package final class OutputQueue: PrintTarget, Sendable {
  /// What became of the events.
  package struct Counts: Hashable, Sendable {
    package var written: UInt64 = 0
    package var waiting: UInt64 = 0
    /// Lost, as nobody read in time; and as the descriptor refused them.
    package var unread: UInt64 = 0
    package var refused: UInt64 = 0
    /// The `errno` that ended the output; nil while it goes on.
    package var failure: Int32?

    package var lost: UInt64 { unread &+ refused }
  }

  private struct Batch: Sendable {
    var bytes: [UInt8]
    var count: UInt64
  }

  private struct State {
    var batches: [Batch] = []
    /// Bytes that wait, those that are just being written among them.
    var size = 0
    var counts = Counts()
    /// Whether the bound holds no more.
    var takesAll = false
    var isClosing = false
  }

  private let descriptor: Int32
  private let limit: Int
  private let state = Mutex(State())
  /// Rung when there is something to write, and when all is written and nothing more will come.
  private let bell = Bell()
  private let end = Bell()

  /// - Parameter limit: the most bytes that wait; a batch that is longer is taken when nothing waits.
  package init(descriptor: Int32, limit: Int = 16 << 20) throws(OutputError) {
    self.descriptor = descriptor
    self.limit = limit
    guard DetachedThread.begin(isPrivileged: false, { self.run() }) else {
      throw OutputError(path: "standard output", errno: errno)
    }
  }

  package var counts: Counts { state.withLock(\.counts) }

  package func take(_ bytes: [UInt8], count: Int) -> Bool {
    let count = UInt64(count)
    let isTaken = state.withLock { state in
      if state.counts.failure != nil {
        state.counts.refused &+= count
        return false
      }
      guard state.size == 0 || state.size + bytes.count <= limit || state.takesAll else {
        state.counts.unread &+= count
        return false
      }
      state.batches.append(Batch(bytes: bytes, count: count))
      state.size += bytes.count
      state.counts.waiting &+= count
      return true
    }
    if isTaken { bell.ring() }
    return isTaken
  }

  /// Takes what comes from now on even beyond the bound: the last words, which tell what is lost.
  package func takeAll() { state.withLock { $0.takesAll = true } }

  /// Waits until all is written, or until nothing has been for so long. What is not by then is lost.
  package func finish(patience: Duration) {
    state.withLock { $0.isClosing = true }
    bell.ring()
    var written: UInt64
    repeat { written = counts.written } while !end.wait(until: .now + patience) && counts.written > written
    state.withLock { state in
      state.counts.unread &+= state.counts.waiting
      state.counts.waiting = 0
      state.batches = []
    }
  }

  // MARK: Its thread

  private func run() {
    while true {
      let (next, isClosing) = state.withLock { state in
        (state.batches.isEmpty ? nil : state.batches.removeFirst(), state.isClosing)
      }
      if let next {
        settle(next, unsafe next.bytes.span.bytes.write(to: descriptor))
      } else if isClosing {
        break
      } else {
        bell.wait()
      }
    }
    end.ring()
  }

  private func settle(_ batch: Batch, _ error: Int32?) {
    state.withLock { state in
      state.size -= batch.bytes.count
      // At the end it may have been given up already.
      guard state.counts.waiting >= batch.count else { return }
      state.counts.waiting -= batch.count
      guard let error else {
        state.counts.written &+= batch.count
        return
      }
      state.counts.failure = error
      state.counts.refused &+= batch.count &+ state.counts.waiting
      state.counts.waiting = 0
      state.batches = []
    }
  }
}
