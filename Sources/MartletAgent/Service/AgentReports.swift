import MartletModel
import MartletOutput
import MartletRules
import MartletSchema

extension AgentReport {
  /// A set of rules was loaded, or refused for a reason.
  static func rulesLoaded(_ report: LoadReport, refusal: String? = nil) -> AgentReport {
    var members = report.json
    if let refusal { members["message"] = .string(refusal) }
    return AgentReport(
      .rulesLoaded, title: refusal == nil ? "New ruleset loaded" : "New ruleset refused, the one before stays",
      time: .now, members: members)
  }

  /// The agent is there, and asks a policy.
  static func heartbeat(_ policy: PolicyReport) -> AgentReport {
    var summary = policy.summary
    summary["rules"] = .array([])
    return AgentReport(.heartbeat, title: "Heartbeat", time: .now, members: ["policy": .object(summary)])
  }
}
