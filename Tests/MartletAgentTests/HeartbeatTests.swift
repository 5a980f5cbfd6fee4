import Testing

@testable import MartletAgent

struct HeartbeatTests {
  @Test func `it is due at once, five times after a minute, and then every ten`() {
    var heartbeat = Heartbeat()
    let start = Moment.now
    let due = (0...3600).filter { heartbeat.isDue(at: start + .seconds($0)) }
    #expect(due == [0, 60, 120, 180, 240, 300, 900, 1500, 2100, 2700, 3300])
  }
}
