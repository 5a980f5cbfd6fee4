import MartletModel
import Testing

@testable import MartletAgent
@testable import MartletSensor

/// Everything that was seen is somewhere.
struct LedgerTests {
  private func counts(seen: UInt64, filtered: UInt64 = 0, lost: UInt64 = 0) -> CgroupCounts {
    var counts = CgroupCounts()
    (counts.seen, counts.filtered, counts.lostShare) = (seen, filtered, lost)
    return counts
  }

  private func kernel(seen: UInt64, filtered: UInt64, lost: UInt64) -> KernelCounts {
    var counts = KernelCounts()
    (counts.seen, counts.filtered, counts.lostShare) = (seen, filtered, lost)
    return counts
  }

  @Test func `types and cgroups balance, and agree`() throws {
    var ledger = Ledger()
    let (one, two) = (CgroupID(7), CgroupID(8))
    for number in 0..<10 { ledger.count(.open, of: number % 3 == 0 ? one : two, isEmitted: number < 6) }
    ledger.count(nil, of: one, isEmitted: false)
    let rows = ledger.rows(kernel: [.open: self.kernel(seen: 30, filtered: 15, lost: 4)], undecodable: [.open: 1])
    let row = try #require(rows.first)
    #expect((row.emitted, row.filtered, row.filteredEarly, row.lost) == (6, 4, 15, 5))
    #expect(row.missing == 0)
    let kernel = [one: counts(seen: 9, filtered: 4), two: counts(seen: 21, filtered: 11, lost: 4)]
    let cgroups = ledger.cgroupRows(kernel: kernel)
    #expect(cgroups.map(\.subject) == [two, one])
    #expect(cgroups.allSatisfy { $0.missing == 0 })
    #expect(cgroups.map(\.emitted) == [4, 2] && cgroups.map(\.lost) == [4, 1])
    #expect(
      cgroups.map(\.causes) == [
        [Ledger.Part(cause: .shareSpent, count: 4)], [Ledger.Part(cause: .undecodable, count: 1)],
      ])
  }

  @Test func `what is on its way is missing until it is here`() {
    var ledger = Ledger()
    ledger.count(.exec, of: CgroupID(7), isEmitted: true)
    #expect(ledger.rows(kernel: [.exec: kernel(seen: 3, filtered: 0, lost: 1)], undecodable: [:]).map(\.missing) == [1])
    #expect(ledger.cgroupRows(kernel: [CgroupID(7): counts(seen: 3, lost: 1)]).map(\.missing) == [1])
  }

  @Test func `cgroups that are gone make room, and what they did is among the others`() {
    var ledger = Ledger()
    var kernel = Dictionary(uniqueKeysWithValues: (1...1000).map { (CgroupID($0), counts(seen: 2, lost: 1)) })
    for number in 1...1000 { ledger.count(.open, of: CgroupID(UInt64(number)), isEmitted: true) }
    var forgotten: Set<UInt64> = []
    ledger.makeRoom(kernel: kernel, isGone: { $0.number > 10 }, forget: { forgotten.insert($0.number) })
    #expect(forgotten == Set(11...1000))
    for number in forgotten { kernel[CgroupID(number)] = nil }
    // The record of one was still on its way, and its row is there no more.
    let rows = ledger.cgroupRows(kernel: kernel)
    #expect(rows.count == 11 && rows.allSatisfy { $0.missing == 0 })
    #expect(rows.first?.subject == .others && rows.first?.seen == 1980 && rows.first?.emitted == 990)
    #expect(rows.first?.causes == [Ledger.Part(cause: .shareSpent, count: 990)])
  }

  @Test func `while there is room nobody has to go`() {
    var ledger = Ledger()
    ledger.makeRoom(
      kernel: [CgroupID(7): counts(seen: 1)], isGone: { _ in true }, forget: { _ in Issue.record("forgot one") })
  }
}
