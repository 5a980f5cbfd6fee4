package import MartletModel
package import MartletSchema

extension EventDocument {
  /// A disturbance as an event of the schema: what happened is told in variables of the event, `disturbance.…`.
  init(_ disturbance: Disturbance) {
    var variables = JSONObject()
    variables["disturbance.kind"] = .string(disturbance.kind.name)
    variables["disturbance.state"] = .string(disturbance.state.name)
    if !disturbance.subject.isEmpty { variables["disturbance.subject"] = .string(disturbance.subject) }
    if !disturbance.detail.isEmpty { variables["disturbance.detail"] = .string(disturbance.detail) }
    if let unit = disturbance.kind.unit {
      variables["disturbance.\(unit)"] = .integer(JSONInteger(disturbance.amount))
    }
    variables["health"] = .string(disturbance.isHealthy ? "green" : "red")
    self.init(
      agent: AgentContext(.disturbed), title: RuleSignature.disturbed.title,
      evt: EventContext(name: "agent_disturbed", variables: variables), date: Timestamp(disturbance.time))
  }
}

extension EventEncoder {
  /// Writes a disturbance as one object, without a line end.
  package func write(_ disturbance: Disturbance, to writer: inout JSONWriter) {
    EventDocument(disturbance).write(to: &writer)
  }
}
