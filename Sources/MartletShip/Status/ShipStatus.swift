import Glibc
import MartletOutbox
package import MartletSchema

/// How the shipper is, for programs and for people.
package struct ShipStatus {
  package struct Sink {
    package let name: String
    package let type: String
    package let values: SinkState.Values
    /// Bytes in the outbox that the sink has not read.
    package let backlog: Int
  }

  package let outbox: String
  package let sinks: [Sink]
  /// Whether a shipper runs.
  package let isRunning: Bool
  /// The file of the agent's metrics.
  private let agentMetrics: String
  /// Why the outbox cannot be read; nil if it can.
  package let trouble: String?

  /// That of a shipper in this process.
  package init(_ states: [SinkState], outbox: String, agentMetrics: String) {
    self.outbox = outbox
    self.agentMetrics = agentMetrics
    let segments = OutboxExtent(outbox)
    sinks = states.map { state in
      let values = state.values
      return Sink(
        name: state.name, type: state.type, values: values, backlog: segments.bytes(behind: values.position))
    }
    isRunning = true
    trouble = segments.trouble
  }

  /// What the disk tells of a shipper that does not answer.
  package init(silent configuration: ShipConfiguration) {
    outbox = configuration.outbox
    agentMetrics = configuration.agentMetrics
    let segments = OutboxExtent(configuration.outbox)
    let cursors = Cursor.all(in: configuration.state + "/cursors")
    sinks = configuration.sinks.map { plan in
      var values = SinkState.Values()
      values.position = cursors[plan.name] ?? Cursor()
      return Sink(
        name: plan.name, type: plan.kind.rawValue, values: values, backlog: segments.bytes(behind: values.position))
    }
    isRunning = FileLock.holder(configuration.state + "/lock") != nil
    trouble = segments.trouble
  }

  package var json: JSONValue {
    var object: JSONObject = ["running": .bool(isRunning), "outbox": .string(outbox)]
    if let trouble { object["trouble"] = .string(trouble) }
    object["sinks"] = .array(sinks.map { .object($0.json) })
    return .object(object)
  }
}

extension ShipStatus.Sink {
  fileprivate var json: JSONObject {
    var object: JSONObject = ["name": .string(name), "type": .string(type)]
    for metric in SinkMetric.all { object[metric.name] = .integer(JSONInteger(metric.value(self))) }
    if let trouble = values.trouble { object["trouble"] = .string(trouble) }
    return object
  }
}

/// The segments of an outbox and their sizes, at one time.
struct OutboxExtent {
  private var segments: [(first: UInt64, size: Int)] = []
  /// Why it cannot be read; nil if it can.
  private(set) var trouble: String?

  init(_ directory: String) {
    do throws(OutboxError) {
      for first in try readFileNames(in: directory).compactMap(SegmentHeader.first(ofFile:)).sorted() {
        segments.append((first, (try? OpenFile.open("\(directory)/\(SegmentHeader.name(first: first))", 0))?.size ?? 0))
      }
    } catch { trouble = error.description }
  }

  /// Bytes that come after `cursor`.
  func bytes(behind cursor: Cursor) -> Int {
    segments.reduce(0) { sum, segment in
      if segment.first < cursor.segment { return sum }
      let read = segment.first == cursor.segment ? Int(clamping: cursor.offset) : 0
      return sum + max(segment.size - max(read, SegmentHeader.size), 0)
    }
  }
}

extension ShipStatus {
  /// What the agent tells of itself in the same format; nil where it does not, or has not for a minute.
  var agentPage: String? {
    var status = stat()
    guard unsafe stat(agentMetrics, &status) == 0, time(nil) - status.st_mtim.tv_sec < 60 else { return nil }
    return try? TextFile.read(agentMetrics)
  }
}
