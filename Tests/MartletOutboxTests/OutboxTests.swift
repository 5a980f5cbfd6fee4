import Foundation
import MartletOutbox
import Support
import Testing

struct OutboxTests {
  let workplace: Workplace
  init() throws { workplace = try Workplace() }

  private func configuration(limit: Int = 1 << 26, queueLimit: Int = 4 << 20) throws -> OutboxConfiguration {
    OutboxConfiguration(
      directory: workplace["outbox"], cursors: try workplace.directory("cursors"), limit: limit,
      queueLimit: queueLimit)
  }

  private static func notice(_ losses: OutboxLosses) -> [UInt8] {
    Array(OutboxLoss.allCases.filter { losses[$0] > 0 }.map { "\($0.name)=\(losses[$0])" }.joined(separator: " ").utf8)
  }

  @Test func `what is offered is on disk after the end, in order`() throws {
    let outbox = try Outbox.open(configuration(), notice: Self.notice)
    for number in 1...5000 {
      let isTaken = outbox.offer(Array("event \(number)".utf8).rawSpan)
      #expect(isTaken)
    }
    outbox.close()
    let isTaken = outbox.offer(Array("too late".utf8).rawSpan)
    #expect(!isTaken)
    #expect(try Kept(in: workplace["outbox"]).texts == (1...5000).map { "event \($0)" })
    #expect(outbox.health.kept == 5000)
    #expect(outbox.health.next == 5001)
  }

  @Test func `an event is on disk soon after it was offered`() throws {
    let outbox = try Outbox.open(configuration(), notice: Self.notice)
    defer { outbox.close() }
    for number in 1...20 {
      outbox.offer(Array("event \(number)".utf8).rawSpan)
      try Program.wait { outbox.health.kept == UInt64(number) }
    }
  }

  @Test func `a queue that is full refuses, counts, and tells among the events`() throws {
    let outbox = try Outbox.open(configuration(queueLimit: 20_000), notice: Self.notice)
    let event = [UInt8](repeating: UInt8(ascii: "x"), count: 5000)
    var refused = 0
    for _ in 1...20_000 where !outbox.offer(event.rawSpan) { refused += 1 }
    outbox.close()
    let health = outbox.health
    #expect(refused > 0)
    #expect(health.losses[.queueFull] == UInt64(refused))
    let notices = try Kept(in: workplace["outbox"]).texts.filter { $0.hasPrefix("queue_full=") }
    #expect(notices.reduce(0) { $0 + (Int($1.dropFirst("queue_full=".count)) ?? 0) } == refused)
  }

  @Test func `an event that is too long is counted`() throws {
    let outbox = try Outbox.open(configuration(), notice: Self.notice)
    #expect(!outbox.offer(count: Frame.longest + 1) { _ in })
    outbox.close()
    #expect(try Kept(in: workplace["outbox"]).texts == ["too_long=1"])
  }
}
