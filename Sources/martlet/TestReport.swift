import MartletRules
import MartletSchema
import SECL

/// What a run of tests tells, as it goes and at its end.
struct TestReport {
  let inks: Inks
  /// Tests that passed are not listed.
  let isQuiet: Bool
  private(set) var counts = Counts()
  private var file: String?

  struct Counts {
    var passed = 0
    var failed = 0
    var skipped = 0
    var broken = 0

    var all: Int { passed + failed + skipped + broken }
  }

  init(inks: Inks, isQuiet: Bool) {
    self.inks = inks
    self.isQuiet = isQuiet
  }

  /// Takes in a result.
  mutating func add(_ result: RuleTestResult) {
    switch result.verdict {
    case .passed: counts.passed += 1
    case .failed: counts.failed += 1
    case .skipped: counts.skipped += 1
    case .broken: counts.broken += 1
    }
  }

  // MARK: For people

  /// The lines about a result.
  mutating func lines(_ result: RuleTestResult) -> [String] {
    var lines: [String] = []
    let name = printable(result.test.name)
    let place = "\(printable(result.test.file)):\(result.test.position.line)"
    switch result.verdict {
    case .passed:
      if isQuiet { return [] }
      lines.append("  \(inks.good("✓")) \(name)")
    case .skipped(let reason):
      if isQuiet { return [] }
      lines.append("  \(inks.dim("-")) \(name)  \(inks.dim("skipped: \(printable(reason))"))")
    case .broken(let reason):
      lines.append("  \(inks.bad("✗")) \(name)  \(inks.dim(place))")
      lines.append("      \(printable(reason))")
    case .failed(let failures):
      lines.append("  \(inks.bad("✗")) \(name)  \(inks.dim(place))")
      for failure in failures {
        lines.append("      \(printable(failure.description))")
        let tree = failure.explanation.map { ExplanationText(inks: inks).lines($0) } ?? []
        lines += tree.map { "        \($0)" }
      }
    }
    if file != result.test.file {
      lines.insert(inks.bold(printable(result.test.file)), at: 0)
      if file != nil { lines.insert("", at: 0) }
      file = result.test.file
    }
    return lines
  }

  /// The last lines.
  func summary(files: Int, coverage: RuleCoverage, duration: Duration) -> [String] {
    func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    var parts = [inks.good("\(counts.passed) passed")]
    if counts.failed > 0 { parts.append(inks.bad("\(counts.failed) failed")) }
    if counts.broken > 0 { parts.append(inks.bad("\(counts.broken) could not be run")) }
    if counts.skipped > 0 { parts.append("\(counts.skipped) skipped") }
    let milliseconds = duration / .milliseconds(1)
    let seconds = "\(Int(milliseconds / 1000)).\(Int(milliseconds) % 1000 / 100) s"
    var lines = [
      "", "\(counted(counts.all, "test")) in \(counted(files, "file")): \(parts.joined(separator: ", ")) (\(seconds))",
    ]
    let untested = coverage.untested
    if !untested.isEmpty {
      lines.append("\(untested.count) of \(counted(coverage.ruleCount, "rule")) without a test:")
      lines += untested.map { "  \(printable($0.file)):\($0.position): \($0.rule)" }
    }
    return lines
  }

  /// The lines about conditions that did not come out both ways.
  func coverageLines(_ coverage: RuleCoverage) -> [String] {
    let (covered, all) = coverage.counts
    let share = all == 0 ? 100 : covered * 100 / all
    var lines = ["", inks.bold("coverage: \(covered) of \(all) conditions came out true and false (\(share) %)")]
    for gap in coverage.gaps {
      let what = gap.isWhole ? "the rule" : ExplanationText.oneLine(gap.text)
      lines.append(
        "  \(printable(gap.file)):\(gap.position): \(inks.bold(gap.rule)): \(inks.bad(gap.description)): \(what)")
    }
    return lines
  }

  // MARK: For programs

  /// The last object.
  func summaryObject(_ coverage: RuleCoverage, withGaps: Bool, mistakes: Int) -> JSONObject {
    var object: JSONObject = [
      "kind": "summary", "passed": .integer(JSONInteger(counts.passed)), "failed": .integer(JSONInteger(counts.failed)),
      "skipped": .integer(JSONInteger(counts.skipped)), "errors": .integer(JSONInteger(counts.broken + mistakes)),
      "rules": .integer(JSONInteger(coverage.ruleCount)),
      "untested": .array(coverage.untested.map { .string($0.rule) }),
    ]
    guard withGaps else { return object }
    let (covered, all) = coverage.counts
    object["coverage"] = .object([
      "conditions": .integer(JSONInteger(all)), "covered": .integer(JSONInteger(covered)),
      "gaps": .array(
        coverage.gaps.map { gap in
          .object([
            "rule": .string(gap.rule), "file": .string(gap.file), "line": .integer(JSONInteger(gap.position.line)),
            "column": .integer(JSONInteger(gap.position.column)), "text": .string(gap.text),
            "problem": .string(gap.description.split(separator: " ").joined(separator: "-")),
          ])
        }),
    ])
    return object
  }
}
