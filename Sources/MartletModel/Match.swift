/// Why an event leaves: the rule that it matched.
package struct Match: Hashable, Sendable {
  /// `agent.rule_id`.
  package var ruleID: String
  /// `title`: the rule's description.
  package var title: String

  package init(ruleID: String, title: String) {
    self.ruleID = ruleID
    self.title = title
  }

  /// What `martlet trace` puts on events that no rule asked for.
  package static let traced = Match(ruleID: "martlet_trace", title: "Traced activity")
}

/// This build.
package enum Martlet {
  /// Semantic version, `agent.version`.
  package static let version = "0.1.0"
}
