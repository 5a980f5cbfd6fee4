import MartletModel
import MartletRules
import SECL

/// Which rules make the kernel let events through, counted of the events that arrive while somebody wants to know.
final class FilterTally {
  /// What a rule lets through.
  struct Count {
    var passed: UInt64 = 0
    /// Of these, what no other rule lets through.
    var alone: UInt64 = 0
  }

  let plan: FilterPlan
  /// By the place of the rule's row in the plan.
  private(set) var counts: [Count]
  /// Events that were looked at, by type.
  private(set) var events: [EventType: UInt64] = [:]
  private let rows: [EventType: [Int]]
  private var allowance = FilterTally.mostInSecond

  /// To ask the needs of all rules about one takes some microseconds.
  private static let mostInSecond = 2000

  init(_ rules: RuleSet) {
    plan = FilterPlan(rules)
    counts = Array(repeating: Count(), count: plan.rows.count)
    rows = Dictionary(grouping: plan.rows.indices) { [plan] in plan.rows[$0].type }
  }

  func count(_ event: Event) {
    guard allowance > 0, let rows = rows[event.type] else { return }
    allowance -= 1
    events[event.type, default: 0] += 1
    let passing = rows.filter { plan.rows[$0].admits(event) }
    for index in passing { counts[index].passed += 1 }
    if passing.count == 1 { counts[passing[0]].alone += 1 }
  }

  /// A second has begun.
  func tick() { allowance = Self.mostInSecond }
}
