package import MartletModel
package import MartletSchema

extension EventDocument {
  /// A loss as an event of the schema: the counts are variables of the event, `lost.TYPE.CAUSE` and, for the cgroups that
  /// lost most, `lost.cgroup.PATH`.
  init(_ loss: Loss) {
    var variables = JSONObject()
    for row in loss.rows { variables["lost.\(row.type.name).\(row.cause.name)"] = .integer(JSONInteger(row.count)) }
    for row in loss.cgroups.prefix(16) {
      variables["lost.cgroup.\(row.path.isEmpty ? "others" : row.path)"] = .integer(JSONInteger(row.count))
    }
    self.init(lost: variables, at: loss.time)
  }

  /// A loss of events on their way out: `counts` are named `lost.WHERE.CAUSE`.
  package init(lost counts: JSONObject, at time: Instant) {
    self.init(
      agent: AgentContext(.lostEvents), title: RuleSignature.lostEvents.title,
      evt: EventContext(name: "lost_events", variables: counts), date: Timestamp(time))
  }
}

extension EventEncoder {
  /// Writes a loss as one object, without a line end.
  package func write(_ loss: Loss, to writer: inout JSONWriter) { EventDocument(loss).write(to: &writer) }
}
