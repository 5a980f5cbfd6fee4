import Glibc
import Testing

@testable import MartletAgent

/// Text that waits for whoever reads it.
struct OutputQueueTests {
  private func pipe() -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    _ = unsafe Glibc.pipe(&ends)
    // What other tests start would hold an end open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private func all(of reader: Int32, _ count: Int) -> [UInt8] {
    var (text, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while text.count < count {
      let read = unsafe read(reader, &chunk, chunk.count)
      guard read > 0 else { break }
      text += chunk.prefix(read)
    }
    return text
  }

  @Test func `what is beyond the bound is lost whole, and the rest is written in order`() throws {
    let (reader, writer) = pipe()
    defer { close(reader) }
    let queue = try OutputQueue(descriptor: writer, limit: 100_000)
    let batches = (0..<100).map { [UInt8](repeating: UInt8($0), count: 10_000) }
    // The first ones may go to the pipe, which has room of its own.
    let taken = batches.filter { queue.take($0, count: 3) }
    #expect((10...20).contains(taken.count))
    #expect(queue.counts.unread == UInt64(300 - 3 * taken.count))
    #expect(all(of: reader, 10_000 * taken.count) == taken.flatMap(\.self))
    // Last words are taken however full it is.
    let more = batches.map { queue.take($0, count: 0) }
    #expect(more.contains(false))
    queue.takeAll()
    let last = queue.take([1, 2, 3], count: 1)
    #expect(last)
    let size = 10_000 * more.count { $0 } + 3
    #expect(all(of: reader, size).suffix(3) == [1, 2, 3])
    queue.finish(patience: .seconds(60))
    #expect(queue.counts.written == UInt64(3 * taken.count + 1) && queue.counts.waiting == 0)
    close(writer)
  }

  @Test func `once nobody can read any more, all that waits is refused`() throws {
    signal(SIGPIPE, SIG_IGN)
    let (reader, writer) = pipe()
    let queue = try OutputQueue(descriptor: writer)
    for _ in 0..<10 { #expect(queue.take([UInt8](repeating: 0, count: 50_000), count: 2)) }
    close(reader)
    queue.finish(patience: .seconds(60))
    let counts = queue.counts
    #expect(counts.failure == EPIPE && counts.written + counts.refused == 20 && counts.refused > 0)
    #expect(!queue.take([0], count: 1) && queue.counts.refused == counts.refused + 1)
    close(writer)
  }
}
