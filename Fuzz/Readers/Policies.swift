import MartletRules
import SECL

/// The bytes as policies, one after the other with a NUL between them: loaded, looked at for what is odd, reported as
/// people and as programs read it, and asked about events that are made of the policies' own words.
func loadPolicies(_ bytes: RawSpan) {
  let text = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  let sources = text.split(separator: 0, omittingEmptySubsequences: false).prefix(4).enumerated().map { number, text in
    PolicySource(name: number == 0 ? "default.policy" : "\(number).policy", bytes: Array(text))
  }
  let report = RuleSet.check(sources, for: LoadingConditions())
  for diagnostic in report.diagnostics { _ = diagnostic.description + diagnostic.excerpt }
  _ = report.json
  let detector = Detector(RuleSet.load(sources, for: LoadingConditions()).0)
  let words = String(decoding: text, as: UTF8.self)
  for seed in 0..<UInt64(4) {
    let event = WordEvent(words, seed: seed)
    for type in detector.ruleSet.questions.keys.sorted() {
      detector.inspect(event, type: type, scopes: NumberedScopes(seed: seed)) { _ = $0.variables }
    }
  }
  detector.forget(processImage: 1)
}

/// The bytes as a file of tests of a policy, run with coverage.
func runRuleTests(_ bytes: RawSpan) {
  let test = PolicySource(
    name: "a.test.yaml", bytes: unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) })
  let tester = RuleTester(
    TestFiles(policies: [testedPolicy], tests: [test]), for: LoadingConditions(), keepingCoverage: true)
  for mistake in tester.mistakes { _ = mistake.description + mistake.excerpt }
  for test in tester.tests.prefix(32) { _ = tester.run(test) { _, _ in throw NoRecording() }.json }
  _ = (tester.coverage.counts, tester.coverage.gaps, tester.coverage.untested.count)
}

private struct NoRecording: Error {}

private let testedPolicy = PolicySource(
  name: "a.policy",
  text: """
    rules:
      - id: a
        expression: open.file.path in [~"/etc/*", "/a"] && open.flags & O_CREAT > 0 && open.file.change_time < 5s
        every: 1s
        actions:
          - set: {name: n, scope: process, inherited: true, expression: "${process.n} + 1", default_value: 0}
          - set: {name: l, scope: container, field: open.file.name, append: true, ttl: 1s, size: 2}
      - id: b
        expression: open.file.name in ${container.l} && ${process.n} > 1 && process.ancestors[A].comm =~ "s*"
      - id: c
        expression: exec.argv in [r"^-", ~"*x*"] && exec.uid != process.parent.uid
        limiter_token: [exec.uid]
      - id: d
        expression: connect.addr.ip in [10.0.0.0/8, ::1] || connect.addr.port not in [22, 80]
      - id: e
        expression: fim.write.file.path == "/etc/hosts"
        silent: true
    """)

/// Processes, containers and control groups of which a seed says which ones they are.
private final class NumberedScopes: EventScopes {
  let seed: UInt64

  init(seed: UInt64) { self.seed = seed }

  var processImage: UInt64? { seed }
  var ancestorImages: [UInt64] { Array((0..<seed).reversed()) }
  var containerID: String? { seed & 1 == 0 ? nil : "c" }
  var cgroupID: String? { seed & 2 == 0 ? nil : "g" }
  func images(ofPID pid: Int64) -> [UInt64] { pid & 1 == 0 ? [] : [UInt64(pid.magnitude), 0] }
}
