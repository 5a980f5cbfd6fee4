import MartletSchema
public import SECL

/// A test of rules: events, and the rules that must and must not match them.
public struct RuleTest: Sendable {
  /// The rules that are spoken of, each with its place in the file.
  struct Expectation: Sendable {
    var matching: [YAMLScalar] = []
    var notMatching: [YAMLScalar] = []

    var isEmpty: Bool { matching.isEmpty && notMatching.isEmpty }
    var ids: [String] { (matching + notMatching).map(\.text) }
  }

  /// One event by its values.
  struct Step: Sendable {
    let type: String
    let fields: JSONObject
    /// Nanoseconds since the epoch.
    let time: Int64
    /// Variables that are set before the event, by their number in the rule set.
    let variables: [(number: Int, value: Value)]
    /// The process that acts, and all that it descends from, nearest first; numbers of the test's own.
    let images: [UInt64]
    let container: String?
    let cgroup: String?
    let expectation: Expectation
    let position: SourcePosition
  }

  enum Source: Sendable {
    case steps([Step])
    /// A recording, by its path.
    case recording(String)
  }

  /// What it is about, in words.
  public let name: String
  /// The file that it stands in.
  public let file: String
  /// Where it stands in that file.
  public let position: SourcePosition
  let source: Source
  /// What is expected of all its events together.
  let expectation: Expectation

  /// The rules that it speaks of.
  public var ruleIDs: Set<String> {
    guard case .steps(let steps) = source else { return Set(expectation.ids) }
    return steps.reduce(into: Set(expectation.ids)) { $0.formUnion($1.expectation.ids) }
  }

  /// When the first event of a test happens, unless its `after` says later: the first second of 2026.
  static let start: Int64 = 1_767_225_600_000_000_000
}
