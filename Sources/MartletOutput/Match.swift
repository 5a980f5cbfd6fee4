package import MartletModel
package import MartletSchema

/// Why an event leaves: the rule that it matched, and the variables that it shows.
package struct Match: Sendable {
  package let rule: RuleSignature
  /// Variables of the rule set, of the process and of its container, for the objects that show them.
  package var event = Variables()
  package var process = Variables()
  package var container = Variables()
  /// What was found out about files of the event on behalf of rules.
  package var findings = FileFindings()
  /// What the rule's actions did: `agent.rule_actions`.
  package var actions: [ActionReport] = []

  package init(_ rule: RuleSignature) { self.rule = rule }

  /// What `martlet trace` puts on events that no rule asked for.
  package static let traced = Match(RuleSignature(id: "martlet_trace", title: "Traced activity"))
}

/// What an action of a rule did.
package enum ActionReport: Hashable, Sendable {
  /// It had the file at `path` hashed.
  case hash(path: String, HashState)
}

/// A rule as it signs its matches. There is one of each rule.
package final class RuleSignature: Sendable {
  /// `agent.rule_id`.
  package let id: String
  /// `title`: the rule's description.
  package let title: String
  /// `agent.rule_version`, `agent.policy_name` and `agent.policy_version`; `""` where there is none.
  package let version: String
  package let policyName: String
  package let policyVersion: String
  /// What the rule's tags call its severity and the ATT&CK technique, for people; `""` where they do not.
  package let severity: String
  package let technique: String

  package init(
    id: String, title: String, version: String = "", policyName: String = "", policyVersion: String = "",
    severity: String = "", technique: String = ""
  ) {
    self.id = id
    self.title = title
    self.version = version
    self.policyName = policyName
    self.policyVersion = policyVersion
    self.severity = severity
    self.technique = technique
  }

  /// What reports of losses carry.
  static let lostEvents = RuleSignature(id: "lost_events", title: "Lost events")
}
