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

  /// A rule that kills, and how.
  private func rule() throws -> (Rule, Action.Kill) {
    let policy = PolicySource(
      name: "a.policy",
      text: "rules: [{id: a, expression: exec.pid > 0, actions: [{kill: {signal: SIGKILL}}]}]")
    let rule = try #require(RuleSet.load([policy], for: LoadingConditions()).0.rules.first)
    guard case .kill(let kill) = rule.actions.first?.kind else { throw Mistake.noKill }
    return (rule, kill)
  }

  @Test func `so many kills wait and no more, and those are told of at once`() throws {
    let (rule, kill) = try rule()
    let event = try anEvent()
    let now = Moment.now
    let pipeline = Pipeline(host: LiveHost(), clock: .now())
    let enforcer = Enforcer(EnforcementOptions(), pipeline, clock: .now(), mostOrders: 3)
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

  @Test func `an end is waited for longer while it may be among what is yet to be read`() throws {
    let (rule, kill) = try rule()
    let now = Moment.now
    let order = KillOrder(
      kill, of: ObjectIdentifier(rule), for: try anEvent(), targets: [], number: 1, clock: .now(), now: now)
    #expect(order.isOpen(at: now + .seconds(1)) && !order.isOpen(at: now + .seconds(3)))
    #expect(order.isOpen(at: now + .seconds(3), isBehind: true))
    #expect(!order.isOpen(at: now + .seconds(33), isBehind: true))
    order.withdraw()
    #expect(!order.isOpen(at: now, isBehind: true))
  }

  private enum Mistake: Error { case noKill }
}
