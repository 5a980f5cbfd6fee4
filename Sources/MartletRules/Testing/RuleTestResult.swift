public import SECL

/// What became of a test.
public struct RuleTestResult: Sendable {
  /// The outcome.
  public enum Verdict: Sendable {
    case passed
    /// Something else happened than was expected.
    case failed([Failure])
    /// It says nothing here: a rule that it is about is not for this host.
    case skipped(String)
    /// It could not be run.
    case broken(String)
  }

  /// A rule that did not do what was expected of it.
  public struct Failure: Sendable {
    /// What was wrong.
    public enum Problem: Hashable, Sendable {
      /// It was to match and did not.
      case missed
      /// It held, and its rate limit kept the match back.
      case limited
      /// It was to match; it is about other types of events.
      case otherType(Set<String>)
      /// It matched and was not to.
      case unexpected
    }

    /// The rule's id.
    public let rule: String
    /// What was wrong.
    public let problem: Problem
    /// The event's number, from 1, where the test has several and the expectation is of one.
    public let event: Int?
    /// Where in the test's file the rule is named.
    public let position: SourcePosition
    /// How the rule came to its answer; of several events, the one that it is nearest to.
    public let explanation: Explanation?

    /// What was wrong, as a sentence.
    public var description: String {
      let place = event.map { " event \($0)" } ?? ""
      return switch problem {
      case .missed: "rule '\(rule)' does not match\(place)"
      case .limited:
        "rule '\(rule)' holds for\(place.isEmpty ? " the event" : place), but its rate limit keeps the match back"
      case .otherType(let types): "rule '\(rule)' is about \(types.sorted().joined(separator: ", ")) events"
      case .unexpected: "rule '\(rule)' matches\(place)"
      }
    }
  }

  /// The test.
  public let test: RuleTest
  /// The outcome.
  public let verdict: Verdict
}
