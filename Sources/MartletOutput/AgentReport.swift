package import MartletModel
package import MartletSchema

/// What the agent tells of itself, on the way that events take. It has a shape of its own: the schema is that of activity.
package struct AgentReport: Sendable {
  /// What it is about. Rules of policies may not be called so.
  package enum Kind: String, Sendable {
    case rulesLoaded = "ruleset_loaded"
    case heartbeat
    case selfTest = "self_test"
  }

  package let kind: Kind
  package let title: String
  package let time: Instant
  /// What there is to tell beside agent, title and date.
  package let members: JSONObject

  package init(_ kind: Kind, title: String, time: Instant, members: JSONObject) {
    self.kind = kind
    self.title = title
    self.time = time
    self.members = members
  }
}

extension EventEncoder {
  /// Writes a report as one object, without a line end.
  package func write(_ report: AgentReport, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member(
      EventDocument.Key.agent, AgentContext(RuleSignature(id: report.kind.rawValue, title: report.title)))
    writer.member(EventDocument.Key.title, report.title)
    writer.member(EventDocument.Key.date, Timestamp(report.time))
    // The name that consumers of such events know.
    writer.key("service")
    writer.value("runtime-security-agent")
    for member in report.members.members {
      writer.key(member.name)
      writer.value(member.value)
    }
    writer.endObject()
  }
}
