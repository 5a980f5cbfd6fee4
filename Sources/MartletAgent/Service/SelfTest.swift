import CLinux
import Glibc
import MartletModel
import MartletOutput
import MartletRules
import MartletSchema

/// Three acts of a child at the start, to which probes, rules and all in between must say something.
final class SelfTest {
  private static let policyName = "martlet-self-test"
  private static let acts = ["open", "chmod", "chown"]

  private let patience: Duration
  /// The file that comes and goes.
  private let path: String
  private var found: Set<String> = []
  private var child: pid_t = -1
  private var deadline = Moment.now

  /// - Parameters:
  ///   - directory: where the file can be made. `nil` if it is not there.
  ///   - patience: how long to wait for what they have to say, on a host that may have much else to do.
  init?(in directory: String, patience: Duration = .seconds(30)) {
    // Rules are asked about paths without links.
    guard let resolved = unsafe realpath(directory, nil) else { return nil }
    path = unsafe String(cString: resolved) + "/.martlet-self-test-\(getpid())"
    unsafe free(resolved)
    self.patience = patience
  }

  private static func rule(_ act: String) -> String { "martlet_self_test_rule_\(act)" }

  /// Rules about the acts.
  var policy: PolicySource {
    let rules = Self.acts.map { "  - {id: \(Self.rule($0)), expression: '\($0).file.path == \"\(path)\"'}\n" }
    return PolicySource(
      name: Self.policyName, origin: .selfTest, bytes: Array("version: 1.0.0\nrules:\n\(rules.joined())".utf8))
  }

  func begin() {
    deadline = .now + patience
    child = unsafe clinux_touch_in_child(path)
  }

  /// Takes note of its own matches, and returns all others.
  func othersThanOwn(_ matches: [Match]) -> [Match] {
    let own = matches.filter { $0.rule.policyName == Self.policyName }
    guard !own.isEmpty else { return matches }
    found.formUnion(own.map(\.rule.id))
    return matches.filter { $0.rule.policyName != Self.policyName }
  }

  /// What came of it since it began; `nil` while there is still hope.
  func result() -> AgentReport? {
    let rules = Self.acts.map(Self.rule)
    guard found.isSuperset(of: rules) || Moment.now > deadline else { return nil }
    if child > 0 { waitpid(child, nil, WNOHANG) }
    func list(_ rules: [String]) -> JSONValue { .array(rules.map(JSONValue.string)) }
    return AgentReport(
      .selfTest, title: "Self tests result", time: .now,
      members: [
        "succeeded_tests": list(rules.filter(found.contains)),
        "failed_tests": list(rules.filter { !found.contains($0) }),
      ])
  }

  /// The rules that said nothing.
  var missing: [String] { Self.acts.map(Self.rule).filter { !found.contains($0) } }
}
