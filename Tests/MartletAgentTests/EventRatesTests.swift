import MartletModel
import Testing

@testable import MartletAgent

/// How fast events come, from readings of the ledger.
struct EventRatesTests {
  private func row(_ seen: UInt64, lost: UInt64 = 0) -> Ledger.Row {
    var row = Ledger.Row(subject: .exec)
    (row.seen, row.lost) = (seen, lost)
    return row
  }

  @Test func `the first reading says nothing of how fast they come`() {
    var rates = EventRates()
    rates.read([row(1_000_000)])
    #expect(rates.rates[.exec]?.perSecond == 0)
    #expect(rates.last(of: [.exec]) != nil && rates.last(of: [.open]) == nil)
  }

  @Test func `a rate is of a second, however long ago the reading before was`() {
    var rates = EventRates()
    let start = Moment.now
    rates.read([row(0)], at: start)
    rates.read([row(500, lost: 10)], at: start + .milliseconds(2500))
    #expect(rates.rates[.exec]?.perSecond == 200 && rates.rates[.exec]?.lostPerSecond == 4)
    rates.read([row(500, lost: 10)], at: start + .seconds(4))
    #expect(rates.rates[.exec]?.perSecond == 0 && rates.rates[.exec]?.lostPerSecond == 0)
  }

  @Test func `a type that comes up later has come since the reading before`() {
    var rates = EventRates()
    let start = Moment.now
    rates.read([], at: start)
    rates.read([row(7)], at: start + .seconds(1))
    #expect(rates.rates[.exec]?.perSecond == 7)
  }

  @Test func `what is steady is smoothed to what it is, and what has ended to nothing`() {
    var rates = EventRates()
    let start = Moment.now
    for second in 0...60 { rates.read([row(UInt64(second * 100))], at: start + .seconds(second)) }
    let steady = rates.rates[.exec]?.smoothed ?? 0
    #expect(steady > 99 && steady < 101)
    for second in 61...70 { rates.read([row(6000)], at: start + .seconds(second)) }
    let later = rates.rates[.exec]?.smoothed ?? 0
    #expect(later > 30 && later < 40)
  }
}
