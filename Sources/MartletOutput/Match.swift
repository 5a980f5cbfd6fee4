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
  /// How the event compares with the profile of its workload: `security_profile`; nil where there is none.
  package var profile: ProfileFinding?
  /// Of an anomaly the rules that the event matched besides.
  package var matchedRules: [RuleSignature] = []

  package init(_ rule: RuleSignature) { self.rule = rule }

  /// What `martlet trace` puts on events that no rule asked for.
  package static let traced = Match(RuleSignature(id: "martlet_trace", title: "Traced activity"))
  /// What goes out for an event that its workload is not known for.
  package static let anomaly = Match(RuleSignature(id: "anomaly_detection", title: "Anomaly detection"))
}

extension [Match] {
  /// Without what says only how the event compares with a profile.
  package var ofRules: [Match] { count == 1 && self[0].rule === Match.traced.rule ? [] : self }
}

/// What an action of a rule did.
package enum ActionReport: Hashable, Sendable {
  /// It had the file at `path` hashed.
  case hash(path: String, HashState)
  /// It had processes signalled.
  case kill(KillReport)
}

/// What became of the signal that a rule had for processes.
package struct KillReport: Hashable, Sendable {
  package enum Status: String, Sendable {
    case performed
    /// Some of several processes could not be signalled.
    case partiallyPerformed = "partially_performed"
    /// None could: most often they have ended before.
    case error
    /// It is not time yet: of a rule that holds for the first time the signals wait.
    case queued = "kill_queued"
    /// The rule met too much, and acts on nothing for a while; or until policies are loaded anew.
    case disarmed = "rule_disarmed"
    case dismantled = "rule_dismantled"
  }

  /// Different for each.
  package let number: UInt64
  /// `SIGKILL`; `process`, `container` or `cgroup`.
  package let signal: String
  package let scope: String
  package var status = Status.queued
  /// What disarmed the rule: `container` or `executable`; `""` while it is armed.
  package var disarmer = ""
  /// When the process began what it runs, when the rule held, when the signal was sent, and when the process had ended.
  package let created: Instant?
  package let detected: Instant
  package var killed: Instant?
  package var exited: Instant?

  package init(number: UInt64, signal: String, scope: String, created: Instant?, detected: Instant) {
    self.number = number
    self.signal = signal
    self.scope = scope
    self.created = created
    self.detected = detected
  }
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
  /// `KEY:VALUE` each.
  package let tags: [String]
  /// What the rule's tags call its severity and the ATT&CK technique, for people; `""` where they do not.
  package let severity: String
  package let technique: String

  package init(
    id: String, title: String, version: String = "", policyName: String = "", policyVersion: String = "",
    tags: [String] = []
  ) {
    self.id = id
    self.title = title
    self.version = version
    self.policyName = policyName
    self.policyVersion = policyVersion
    self.tags = tags
    severity = Self.tag("severity", of: tags)
    technique = Self.tag("technique", of: tags)
  }

  private static func tag(_ key: String, of tags: [String]) -> String {
    tags.first { $0.hasPrefix(key + ":") }.map { String($0.dropFirst(key.utf8.count + 1)) } ?? ""
  }

  /// What reports of losses carry.
  static let lostEvents = RuleSignature(id: "lost_events", title: "Lost events")
  /// What reports of what happened to the agent itself carry.
  static let disturbed = RuleSignature(id: "agent_disturbed", title: "Agent disturbed")
}
