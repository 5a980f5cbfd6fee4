import Foundation
import Glibc
import MartletOutbox
import Support
import Testing

@testable import MartletShip

/// A sink that is down for long.
struct OutageTests {
  private let stage: Stage
  init() throws { stage = try Stage() }

  @Test func `while a sink is down the outbox fills to its bound; then it gets what is kept, and what is not is told`()
    throws
  {
    let limit = 1 << 20
    let configuration = OutboxConfiguration(
      directory: stage.workplace["outbox"], cursors: stage.workplace["state/cursors"], limit: limit, sync: .never)
    // Another writer of the stage's outbox, which tells of losses as the agent's does.
    stage.closeOutbox()
    let outbox = try Outbox.open(configuration) { losses in
      Array(
        """
        {"agent":{"rule_id":"lost_events","version":"0.1.0","os":"linux","arch":"x64","origin":"ebpf"},\
        "title":"dropped \(losses[.dropped])","date":"2026-11-26T04:30:00Z"}
        """.utf8)
    }
    let port = try freePort()
    try stage.ship(
      """
      name: hook
      type: webhook
      url: http://127.0.0.1:\(port)/events
      compression: none
      retry_at_most: 100ms
      batch: {events: 100, wait: 10ms}
      """)
    let count = 6000
    for number in 1...count {
      let event = Array(Stage.text(number, filling: 500).utf8)
      #expect(event.count < 1 << 10)
      try Program.wait { outbox.offer(event.rawSpan) }
    }
    try Program.wait { outbox.health.next > UInt64(count) }
    #expect(outbox.health.size <= limit)
    #expect(outbox.health.losses[.dropped] > 1000)
    try Program.wait { stage.values("hook").failures >= 3 }
    #expect(stage.values("hook").delivered == 0 && stage.values("hook").trouble != nil)

    let server = try HTTPServer(port: port, in: stage.workplace)
    try Program.wait { server.numbers.last == count }
    outbox.close()
    // What the shipper had in its hands when it was dropped, and all that is kept.
    let numbers = server.numbers
    let gaps = zip(numbers, numbers.dropFirst()).filter { $0 + 1 != $1 }
    #expect(gaps.count <= 1 && gaps.allSatisfy { $0 < $1 }, "\(gaps)")
    let told = server.requests.flatMap { $0.body.split(separator: "\n") }.compactMap { line -> Int? in
      guard let range = line.firstRange(of: "\"title\":\"dropped ") else { return nil }
      return Int(line[range.upperBound...].prefix { $0.isNumber })
    }
    #expect(!told.isEmpty && told.reduce(0, +) <= count - numbers.count)
    #expect(outbox.health.losses[.dropped] >= UInt64(count - numbers.count))
    #expect(stage.values("hook").trouble == nil)
  }

  @Test func `in an hour in which it is down it is asked some hundred times, at last once a minute`() {
    var (backoff, waited, attempts) = (Backoff(), Duration.zero, 0)
    while waited < .seconds(3600) {
      let wait = backoff.next(asked: nil)
      #expect(wait <= .seconds(60))
      if attempts > 10 { #expect(wait >= .seconds(30)) }
      waited += wait
      attempts += 1
    }
    #expect((60...140).contains(attempts))
  }
}
