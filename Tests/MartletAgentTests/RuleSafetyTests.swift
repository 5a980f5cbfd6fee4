import MartletRules
import Testing

@testable import MartletAgent

/// What holds back rules that kill, on a clock of the test's.
struct RuleSafetyTests {
  private let start = Moment.now
  private var options = EnforcementOptions()

  init() { options.limits = [.container: 1, .executable: 2] }

  private func safety() -> RuleSafety { RuleSafety(options, now: start) }
  private func after(_ seconds: Int) -> Moment { start + .seconds(seconds) }

  @Test func `the first kills of a rule wait for a while`() {
    var safety = safety()
    #expect(safety.meet([.executable: "/a"], now: after(0)) == .wait)
    #expect(safety.meet([.executable: "/b"], now: after(59)) == .wait)
    #expect(safety.start == after(60))
    #expect(safety.meet([.executable: "/a"], now: after(60)) == .act)
  }

  @Test func `a rule that meets too much while it waits never acts`() {
    var safety = safety()
    for path in ["/a", "/b", "/a"] { #expect(safety.meet([.executable: path], now: after(1)) == .wait) }
    #expect(safety.meet([.executable: "/c"], now: after(2)) == .dismantled(.executable))
    #expect(safety.meet([.executable: "/a"], now: after(3)) == .dismantled(.executable))
    #expect(safety.meet([.executable: "/a"], now: after(3_000)) == .dismantled(.executable))
  }

  @Test func `later it is disarmed until all that it met is forgotten`() {
    var safety = safety()
    _ = safety.meet([.executable: "/a"], now: after(0))
    #expect(safety.meet([.executable: "/b"], now: after(100)) == .act)
    #expect(safety.meet([.executable: "/c"], now: after(120)) == .act, "/a is forgotten")
    #expect(safety.meet([.executable: "/d"], now: after(130)) == .disarmed(.executable))
    #expect(safety.meet([.executable: "/b"], now: after(170)) == .disarmed(.executable), "/c is not yet forgotten")
    #expect(safety.meet([.executable: "/d"], now: after(181)) == .act)
  }

  @Test func `what is met again is remembered anew`() {
    var safety = safety()
    for (path, second) in [("/a", 0), ("/b", 1), ("/a", 50), ("/b", 61)] {
      _ = safety.meet([.executable: path], now: after(second))
    }
    #expect(safety.meet([.executable: "/c"], now: after(100)) == .disarmed(.executable))
  }

  @Test func `containers and executables are counted apart`() {
    var safety = safety()
    #expect(safety.meet([.container: "x", .executable: "/a"], now: after(0)) == .wait)
    #expect(safety.meet([.executable: "/b"], now: after(1)) == .wait)
    #expect(safety.meet([.container: "y", .executable: "/a"], now: after(2)) == .dismantled(.container))
  }

  @Test func `what nothing watches acts at once`() {
    var safety = safety()
    #expect(safety.meet([:], now: after(0)) == .act)
    var options = options
    options.limits = [.container: 0, .executable: 0]
    var free = RuleSafety(options, now: start)
    for number in 0..<100 { #expect(free.meet([.executable: "/\(number)"], now: start) == .act) }
    options = self.options
    options.period = .zero
    var forgetful = RuleSafety(options, now: start)
    for number in 0..<100 { #expect(forgetful.meet([.executable: "/\(number)"], now: start) == .act) }
  }
}
