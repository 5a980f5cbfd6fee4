import Foundation
import MartletModel
import Testing

@testable import MartletAgent
@testable import MartletOutput
@testable import MartletRules

/// What waits to be done to processes. Nothing is: no time of it comes.
struct EnforcerTests {
  private static let recording = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/demo.records").path()

  private func anEvent() throws -> Event {
    var found: Event?
    try Replay.run(path: Self.recording) { item in
      if case .event(let event, _) = item, found == nil, event.type == .exec { found = event }
    }
    return try #require(found)
  }

  @Test func `so many kills wait and no more, and those are told of at once`() throws {
    let policy = PolicySource(
      name: "a.policy",
      text: "rules: [{id: a, expression: exec.pid > 0, actions: [{kill: {signal: SIGKILL}}]}]")
    let rule = try #require(RuleSet.load([policy], for: LoadingConditions()).0.rules.first)
    let event = try anEvent()
    let now = Moment.now
    let pipeline = Pipeline(host: LiveHost(), clock: .now())
    let enforcer = Enforcer(EnforcementOptions(), pipeline, clock: .now(), mostOrders: 3)
    guard case .kill(let kill) = rule.actions.first?.kind else { throw Mistake.noKill }
    let reports = (0..<5).map { _ in enforcer.act(kill, of: rule, on: event, now: now) }
    #expect(reports.map { $0?.status } == [.queued, .queued, .queued, .error, .error])
    let held = reports.map { report in
      var match = Match.traced
      match.actions = report.map { [.kill($0)] } ?? []
      return enforcer.keepsBack(event, [match])
    }
    #expect(held == [true, true, true, false, false])
    #expect(enforcer.turn(now: now + .seconds(59)).isEmpty)
    enforcer.forgetRules()
    #expect(enforcer.turn(now: .now + .seconds(1)).count == 3)
    #expect(enforcer.turn(isLast: true).isEmpty)
    #expect(enforcer.act(kill, of: rule, on: event, now: now)?.status == .queued, "there is room again")
    #expect(enforcer.kills == 0)
  }

  private enum Mistake: Error { case noKill }
}
