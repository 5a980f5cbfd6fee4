/// A number that is told of each sink: in the metrics as `martlet_ship_NAME`, in the status under its name.
package struct SinkMetric: Sendable {
  package enum Kind: String, Sendable {
    case counter
    case gauge
  }

  package let name: String
  package let kind: Kind
  package let help: String
  let value: @Sendable (ShipStatus.Sink) -> Int

  private init(_ name: String, _ kind: Kind, _ help: String, _ value: @escaping @Sendable (ShipStatus.Sink) -> Int) {
    self.name = name
    self.kind = kind
    self.help = help
    self.value = value
  }

  package static let all: [SinkMetric] = [
    SinkMetric("delivered_events_total", .counter, "Events that the sink acknowledged.") {
      Int(clamping: $0.values.delivered)
    },
    SinkMetric("delivered_bytes_total", .counter, "Bytes of their texts.") {
      Int(clamping: $0.values.deliveredBytes)
    },
    SinkMetric("filtered_events_total", .counter, "Events that the sink's filter let not through.") {
      Int(clamping: $0.values.filtered)
    },
    SinkMetric("dead_events_total", .counter, "Events that the sink refused for good.") {
      Int(clamping: $0.values.dead)
    },
    SinkMetric("replaced_dead_events_total", .counter, "Refused events that later ones have the place of.") {
      Int(clamping: $0.values.replaced)
    },
    SinkMetric("missing_events_total", .counter, "Events that the outbox lost before the sink had them.") {
      Int(clamping: $0.values.missing)
    },
    SinkMetric("attempts_total", .counter, "Attempts to deliver a batch.") { Int(clamping: $0.values.attempts) },
    SinkMetric("failures_total", .counter, "Attempts that failed.") { Int(clamping: $0.values.failures) },
    SinkMetric("failures_in_a_row", .gauge, "Attempts that failed since the last that did not.") {
      Int(clamping: $0.values.failuresInARow)
    },
    SinkMetric("in_trouble", .gauge, "1 while the sink or the outbox cannot be used, else 0.") {
      $0.values.trouble == nil ? 0 : 1
    },
    SinkMetric("last_success_timestamp_seconds", .gauge, "When events were last acknowledged; 0 for never.") {
      $0.values.lastSuccess
    },
    SinkMetric("position", .gauge, "Number of the last event that is done.") {
      Int(clamping: $0.values.position.sequence)
    },
    SinkMetric("backlog_bytes", .gauge, "Bytes in the outbox that the sink has not read.") { $0.backlog },
  ]

  /// All metrics in Prometheus' text format.
  static func page(_ status: ShipStatus) -> String {
    all.reduce(into: "") { page, metric in
      page += "# HELP martlet_ship_\(metric.name) \(metric.help)\n"
      page += "# TYPE martlet_ship_\(metric.name) \(metric.kind.rawValue)\n"
      for sink in status.sinks {
        // Names of sinks need no escapes.
        page += "martlet_ship_\(metric.name){sink=\"\(sink.name)\",type=\"\(sink.type)\"} \(metric.value(sink))\n"
      }
    } + (status.agentPage ?? "")
  }
}
