import Foundation
import MartletModel
import MartletRules
import RulePack
import SECL
import Testing

@testable import MartletAgent

/// What the filters of the kernel would leave out of what was recorded.
struct FilterReviewTests {
  private static let fixtures = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")
  private static let names = ["bpf", "change", "demo", "memory", "open", "ptrace", "refused", "signal"]

  private let rules = RuleSet.load(
    RulePack.policies.map { PolicySource(name: $0.name, file: $0.name, bytes: $0.text) }, for: LoadingConditions()
  ).0

  @Test(arguments: names)
  func `none of our own rules holds for a recorded event that is left out`(name: String) throws {
    let plan = FilterPlan(rules)
    try Replay.run(path: Self.fixtures.appending(path: name + ".records").path()) { item in
      guard case .event(let event, _) = item, !plan.admits(event) else { return }
      let reader = LiveEvent(event)
      for question in rules.questions[event.type.name] ?? [] {
        #expect(!question.program.holds(in: ReaderContext(reader)), "\(question.rule.id) \(event.activity)")
      }
    }
  }

  @Test func `most of what is mapped is left out, and the rules that let something through are told`() throws {
    let path = Self.fixtures.appending(path: "demo.records").path()
    let review = try FilterReview(FilterPlan(rules), recording: path)
    let all = review.counts.values.reduce((seen: 0, passed: 0)) { ($0.seen + $1.seen, $0.passed + $1.passed) }
    #expect(all.seen > 0 && all.passed < all.seen)
    for (type, count) in review.counts where count.passed > 0 {
      #expect(review.isWhole(type) || review.rows(of: type).contains { $0.count ?? 0 > 0 })
    }
  }
}
