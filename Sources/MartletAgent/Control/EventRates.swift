import MartletModel

/// How fast events came lately, by type, from readings of the ledger a second apart.
struct EventRates {
  /// One type of event.
  struct Rate {
    /// Seen, and lost, in the last second.
    var perSecond = 0.0
    var lostPerSecond = 0.0
    /// Seen in a second, of late: what is ten seconds ago counts a third of what is now.
    var smoothed = 0.0
    /// When some were last seen, to the second.
    var last: Instant?
  }

  private(set) var rates: [EventType: Rate] = [:]
  private var counts: [EventType: (seen: UInt64, lost: UInt64)] = [:]
  private var lastReading: Moment?

  private static let memory = 10.0

  /// Takes in a reading. The first one says nothing of how fast they come.
  mutating func read(_ rows: [Ledger.Row], at now: Moment = .now) {
    let seconds = max((lastReading.map { now - $0 } ?? .seconds(1)) / .seconds(1), 0.001)
    let isFirst = lastReading == nil
    lastReading = now
    for row in rows {
      let before =
        counts.updateValue((row.seen, row.lost), forKey: row.subject) ?? (isFirst ? (row.seen, row.lost) : (0, 0))
      var rate = rates[row.subject] ?? Rate()
      rate.perSecond = Double(row.seen &- before.seen) / seconds
      rate.lostPerSecond = Double(row.lost &- before.lost) / seconds
      rate.smoothed += (rate.perSecond - rate.smoothed) * min(seconds / Self.memory, 1)
      if row.seen != before.seen || (isFirst && row.seen > 0) { rate.last = .now }
      rates[row.subject] = rate
    }
  }

  /// When an event of one of these types was last seen.
  func last(of types: Set<EventType>) -> Instant? {
    types.compactMap { rates[$0]?.last }.max { $0.nanoseconds < $1.nanoseconds }
  }
}
