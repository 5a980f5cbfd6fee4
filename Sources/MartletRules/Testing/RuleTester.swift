package import MartletModel
import SECL

/// Runs tests of rules.
public final class RuleTester {
  /// Hands each event of the recording at a path to the second argument.
  package typealias Replay = (_ path: String, _ deliver: (Event, any FileInspector) -> Void) throws -> Void

  /// The rules that are tested.
  public let rules: InspectedRules
  /// The tests that can be run.
  public let tests: [RuleTest]
  /// What is wrong with tests that cannot.
  public let mistakes: [PolicyDiagnostic]
  /// Which conditions came out which way so far.
  public private(set) var coverage: RuleCoverage

  private let keepsCoverage: Bool

  /// A tester of the policies in `files`. Keeping coverage takes a walk over each rule for each event.
  public init(_ files: TestFiles, for conditions: LoadingConditions, keepingCoverage: Bool = false) {
    keepsCoverage = keepingCoverage
    rules = InspectedRules(files.policies, for: conditions)
    let names = RuleTestReader.Names(rules: rules.allIDs, variables: rules.ruleSet.variables)
    let read = files.tests.map { RuleTestReader.read($0, names) }
    tests = read.flatMap(\.tests)
    mistakes = read.flatMap(\.mistakes)
    coverage = RuleCoverage(
      rules, examined: files.examined, tested: tests.reduce(into: []) { $0.formUnion($1.ruleIDs) })
  }

  /// Runs `test`; a recording is played by `replay`.
  package func run(_ test: RuleTest, replay: Replay) -> RuleTestResult {
    for id in test.ruleIDs.sorted() {
      guard let absence = rules.reasonForAbsence(of: id) else { continue }
      let reason = "rule '\(id)' did not load: \(absence.message)"
      return RuleTestResult(test: test, verdict: absence.isFiltered ? .skipped(reason) : .broken(reason))
    }
    let detector = Detector(rules.ruleSet)
    var whole = Observations(test.ruleIDs)
    var failures: [RuleTestResult.Failure] = []
    switch test.source {
    case .steps(let steps):
      for (number, step) in steps.enumerated() {
        let event: GivenEvent
        do { event = try GivenEvent(fields: step.fields, now: step.time) } catch {
          return RuleTestResult(test: test, verdict: .broken(error.description))
        }
        let scopes = TestScopes(step, others: steps.prefix(number))
        for (variable, value) in step.variables {
          guard detector.assign(value, toVariable: variable, scopes: scopes, now: step.time) else {
            let name = rules.ruleSet.variables[variable].variable.name
            return RuleTestResult(
              test: test, verdict: .broken("event \(number + 1) has no scope that variable '\(name)' could be set in"))
          }
        }
        var own = Observations(Set(step.expectation.ids))
        observe(event, type: step.type, scopes: scopes, detector, &whole, &own)
        failures += self.failures(own, step.expectation, types: [step.type], event: number + 1)
      }
      let types = Set(steps.map(\.type))
      failures += self.failures(whole, test.expectation, types: types, event: nil)
    case .recording(let path):
      var types: Set<String> = []
      var none = Observations([])
      do {
        var live: LiveEvent?
        try replay(path) { event, files in
          if live == nil { live = LiveEvent(event) } else { live?.move(to: event) }
          guard let live else { return }
          live.inspector = files
          types.insert(event.type.name)
          observe(live, type: event.type.name, scopes: live.scopes, detector, &whole, &none)
        }
      } catch { return RuleTestResult(test: test, verdict: .broken("\(error)")) }
      failures += self.failures(whole, test.expectation, types: types, event: nil)
    }
    return RuleTestResult(test: test, verdict: failures.isEmpty ? .passed : .failed(failures))
  }

  // MARK: One event

  private func observe(
    _ event: any EventReader, type: String, scopes: any EventScopes, _ detector: Detector,
    _ whole: inout Observations, _ own: inout Observations
  ) {
    let ways = rules.ways[type] ?? []
    detector.examine(event, type: type, scopes: scopes) { number, context in
      let way = ways[number]
      let id = rules.ruleSet.rules[way.rule].id
      let isWanted = whole.wants(id) || own.wants(id)
      guard isWanted || keepsCoverage, let outline = rules.outline(of: way) else { return }
      if keepsCoverage { coverage.add(outline.outcomes(in: context), of: outline, for: way) }
      guard isWanted else { return }
      let explanation = outline.explanation(in: context)
      whole.explain(id, explanation)
      own.explain(id, explanation)
    } held: { detection in
      let isSent = detection.isSent || detection.rule.isSilent
      whole.hold(detection.rule.id, isSent: isSent)
      own.hold(detection.rule.id, isSent: isSent)
    }
  }

  private func failures(
    _ observed: Observations, _ expectation: RuleTest.Expectation, types: Set<String>, event: Int?
  ) -> [RuleTestResult.Failure] {
    let missed = expectation.matching.compactMap { name -> RuleTestResult.Failure? in
      guard !observed.sent.contains(name.text) else { return nil }
      let ruleTypes = rules.eventTypes(of: name.text)
      let problem: RuleTestResult.Failure.Problem =
        if observed.limited.contains(name.text) { .limited } else if ruleTypes.isDisjoint(with: types) {
          .otherType(ruleTypes)
        } else { .missed }
      return RuleTestResult.Failure(
        rule: name.text, problem: problem, event: event, position: name.start,
        explanation: observed.explanations[name.text])
    }
    let unexpected = expectation.notMatching.filter { observed.sent.contains($0.text) }.map { name in
      RuleTestResult.Failure(
        rule: name.text, problem: .unexpected, event: event, position: name.start,
        explanation: observed.explanations[name.text])
    }
    return missed + unexpected
  }
}

/// What the rules that a test speaks of did.
private struct Observations {
  private let wanted: Set<String>
  private(set) var sent: Set<String> = []
  private(set) var limited: Set<String> = []
  /// Of each rule that of the event that it held for, or that it came nearest to.
  private(set) var explanations: [String: Explanation] = [:]

  init(_ wanted: Set<String>) { self.wanted = wanted }

  /// Whether there is more to be learned about the rule.
  func wants(_ id: String) -> Bool { wanted.contains(id) && !sent.contains(id) }

  mutating func explain(_ id: String, _ explanation: Explanation) {
    guard wants(id) else { return }
    if let known = explanations[id], known.nearness >= explanation.nearness { return }
    explanations[id] = explanation
  }

  mutating func hold(_ id: String, isSent: Bool) {
    guard wanted.contains(id) else { return }
    if isSent { sent.insert(id) } else { limited.insert(id) }
  }
}

/// Whose variables the events of a test see.
private final class TestScopes: EventScopes {
  private let step: RuleTest.Step
  private let lineages: [UInt64: [UInt64]]

  init(_ step: RuleTest.Step, others: some Sequence<RuleTest.Step>) {
    self.step = step
    lineages = others.reduce(into: [:]) { $0[$1.images.first ?? 0] = $1.images }
  }

  var processImage: UInt64? { step.images.first }
  var ancestorImages: [UInt64] { Array(step.images.dropFirst()) }
  var containerID: String? { step.container }
  var cgroupID: String? { step.cgroup }
  func images(ofPID pid: Int64) -> [UInt64] {
    guard let number = UInt64(exactly: pid) else { return [] }
    return number == step.images.first ? step.images : lineages[number] ?? []
  }
}
