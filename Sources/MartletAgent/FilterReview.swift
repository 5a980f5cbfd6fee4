package import MartletModel
package import MartletRules

/// A plan of filters, with what gets through of a recording.
package struct FilterReview {
  package struct Count: Sendable {
    package var seen: UInt64 = 0
    package var passed: UInt64 = 0
  }

  package let plan: FilterPlan
  /// Events of the recording, by type; empty without one.
  package private(set) var counts: [EventType: Count] = [:]
  /// Those that the needs of a rule let through, by the place of its row in the plan.
  private var rowCounts: [UInt64]?

  /// Throws where the recording at `path` ends early.
  package init(_ plan: FilterPlan, recording path: String?) throws(RecordingError) {
    self.plan = plan
    guard let path else { return }
    var (counts, rowCounts): ([EventType: Count], [UInt64]) = ([:], Array(repeating: 0, count: plan.rows.count))
    try Replay.run(path: path) { item in
      guard case .event(let event, _) = item, plan.filters[event.type] != nil else { return }
      counts[event.type, default: Count()].seen += 1
      if plan.admits(event) { counts[event.type, default: Count()].passed += 1 }
      for (index, row) in plan.rows.enumerated() where row.admits(event) { rowCounts[index] += 1 }
    }
    (self.counts, self.rowCounts) = (counts, rowCounts)
  }

  /// Whether all events of the type get through.
  package func isWhole(_ type: EventType) -> Bool { plan.filters[type]?.admitsEverything ?? true }

  /// The rules about a type, each with the number of events that it lets through.
  package func rows(of type: EventType) -> [(row: FilterPlan.Row, count: UInt64?)] {
    plan.rows.indices.filter { plan.rows[$0].type == type }.map { (plan.rows[$0], rowCounts?[$0]) }
  }
}
