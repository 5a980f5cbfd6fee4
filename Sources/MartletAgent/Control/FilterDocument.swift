import MartletModel
import MartletRules
import MartletSchema

/// What the kernel leaves out, and which rules make it let more through, as clients of the control socket are told.
struct FilterDocument {
  let tally: FilterTally
  let report: TraceReport
  /// Types that somebody is shown all events of.
  let shown: Set<EventType>

  /// Why all events of a type are recorded.
  private enum Whole: String {
    /// The kernel cannot tell enough of it beforehand, or later events rest on it.
    case kind
    case shown
    /// A rule needs nothing that the kernel can compare.
    case rules
  }

  func write(to writer: inout JSONWriter) {
    writer.list("types", report.ledger) { writer, row in
      let type = row.subject
      let whole = whole(type)
      writer.member("type", type.name)
      writer.member("seen", row.seen)
      writer.member("filtered_in_kernel", row.filteredEarly)
      writer.member("filtered", whole == nil)
      if let whole { writer.member("whole_for", whole.rawValue) }
      writer.member("counted", tally.events[type] ?? 0)
      writer.list("rules", indices(of: type)) { writer, index in
        let row = tally.plan.rows[index]
        writer.member("id", row.rule.id)
        writer.member("takes_all", row.takesAll)
        writer.member("passed", tally.counts[index].passed)
        writer.member("alone", tally.counts[index].alone)
        writer.key("needs")
        writer.value(row.needs.map(\.description).sorted())
      }
    }
  }

  private func whole(_ type: EventType) -> Whole? {
    if shown.contains(type) { return .shown }
    guard type.isFilterable else { return .kind }
    return tally.plan.filters[type]?.admitsEverything ?? true ? .rules : nil
  }

  /// The rows of a type, those that cost most first.
  private func indices(of type: EventType) -> [Int] {
    func cost(_ index: Int) -> (UInt64, UInt64, UInt64) {
      (tally.plan.rows[index].takesAll ? 1 : 0, tally.counts[index].alone, tally.counts[index].passed)
    }
    return tally.plan.rows.indices.filter { tally.plan.rows[$0].type == type }.sorted { cost($0) > cost($1) }
  }
}
