import MartletRules
import SECL

/// Results of tests in the XML that continuous integration reads.
struct JUnitReport {
  private struct Case {
    let result: RuleTestResult
    let seconds: String
  }

  private var suites: [(file: String, cases: [Case])] = []

  /// Takes in the result of a test that took so long.
  mutating func add(_ result: RuleTestResult, duration: Duration) {
    let nanoseconds = Int(duration / .nanoseconds(1))
    let fraction = String(1_000_000 + nanoseconds / 1000 % 1_000_000).dropFirst()
    let one = Case(result: result, seconds: "\(nanoseconds / 1_000_000_000).\(fraction)")
    if suites.last?.file != result.test.file { suites.append((result.test.file, [])) }
    suites[suites.count - 1].cases.append(one)
  }

  /// The document.
  var text: String {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"martlet policy test\">\n"
    for suite in suites {
      let counts = suite.cases.reduce(into: [String: Int]()) { $0[Self.outcome($1.result), default: 0] += 1 }
      text += "  <testsuite name=\"\(Self.escaped(suite.file))\" tests=\"\(suite.cases.count)\""
      text += " failures=\"\(counts["failure"] ?? 0)\" errors=\"\(counts["error"] ?? 0)\""
      text += " skipped=\"\(counts["skipped"] ?? 0)\">\n"
      for one in suite.cases { text += Self.element(one) }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private static func outcome(_ result: RuleTestResult) -> String {
    switch result.verdict {
    case .passed: "passed"
    case .failed: "failure"
    case .skipped: "skipped"
    case .broken: "error"
    }
  }

  private static func element(_ one: Case) -> String {
    let test = one.result.test
    let start =
      "    <testcase classname=\"\(escaped(test.file))\" name=\"\(escaped(test.name))\" file=\"\(escaped(test.file))\""
      + " line=\"\(test.position.line)\" time=\"\(one.seconds)\""
    switch one.result.verdict {
    case .passed: return "\(start)/>\n"
    case .skipped(let reason): return "\(start)>\n      <skipped message=\"\(escaped(reason))\"/>\n    </testcase>\n"
    case .broken(let reason): return "\(start)>\n      <error message=\"\(escaped(reason))\"/>\n    </testcase>\n"
    case .failed(let failures):
      let tree = ExplanationText(inks: Inks(isColored: false))
      let body = failures.map { failure in
        let lines = failure.explanation.map(tree.lines) ?? []
        return "      <failure message=\"\(escaped(failure.description))\">"
          + escaped(lines.joined(separator: "\n")) + "</failure>\n"
      }
      return "\(start)>\n\(body.joined())    </testcase>\n"
    }
  }

  /// `text` for an attribute or an element. What XML cannot hold becomes U+FFFD.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      default:
        let isCharacter = scalar.value >= 0x20 && scalar.value != 0xfffe && scalar.value != 0xffff
        escaped.unicodeScalars.append(isCharacter ? scalar : "\u{fffd}")
      }
    }
    return escaped
  }
}
