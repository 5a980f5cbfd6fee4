import Glibc
import MartletModel
import MartletOutbox
import MartletOutput

/// The agent's numbers in Prometheus' text format, in a file for those who serve it: `martlet-ship`, or the collector of a
/// node exporter. The agent itself speaks to no network.
package final class MetricsFile: Attendant {
  private let path: String
  private let log: ServiceLog
  private var ticks = 0
  private var hasFailed = false

  /// Seconds from one writing to the next.
  private static let period = 10

  package init(path: String, log: ServiceLog = ServiceLog()) {
    self.path = path
    self.log = log
  }

  package var descriptor: Int32 { -1 }
  package func attend(_ agent: AgentSession) {}
  package func turn(_ agent: AgentSession) {}

  package func tick(_ agent: AgentSession) {
    ticks += 1
    guard ticks % Self.period == 1 else { return }
    let isWritten = write(MetricsPage(agent, agent.report()).text)
    if !isWritten, !hasFailed { log.say(.error, "cannot write '\(path)': nobody is told of the agent's metrics") }
    hasFailed = !isWritten
  }

  /// Numbers of nobody are worse than none.
  package func stop(_ agent: AgentSession) { unsafe _ = unlink(path) }

  /// Whoever reads it has all of the old text or all of the new one.
  private func write(_ text: String) -> Bool {
    let new = path + ".new"
    let descriptor = unsafe open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    fchmod(descriptor, 0o644)
    var text = text
    let isWritten = text.withUTF8 { bytes in
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
    }
    guard isWritten else { return false }
    return unsafe rename(new, path) == 0
  }
}

/// The text of it.
private struct MetricsPage {
  private(set) var text = ""

  init(_ agent: AgentSession, _ report: TraceReport) {
    add("events_total", "What was seen, by what became of it.", report.ledger) { row in
      [
        ("emitted", row.emitted), ("filtered", row.filtered), ("filtered_in_kernel", row.filteredEarly),
        ("lost", row.lost),
      ]
      .map { fate, count in ("{type=\"\(row.subject.name)\",fate=\"\(fate)\"}", count) }
    }
    add("lost_total", "What of it was lost, by cause.", report.losses) { row in
      [("{type=\"\(row.type.name)\",cause=\"\(row.cause.name)\"}", row.count)]
    }
    add("matches_total", "Rules that held.", report.matches ?? 0)
    if let kills = report.kills { add("kills_total", "Signals that rules had processes sent.", kills) }
    if let file = agent.file { add("file_lost_total", "Lines that the file of events has not.", file.health.lost) }
    if let health = agent.outbox?.health {
      add(
        "outbox_lost_total", "Events that the outbox has not.",
        OutboxLoss.allCases.reduce(0) { $0 &+ health.losses[$1] })
    }
    add("processor_nanoseconds_total", "Processor time.", [("agent", report.agentNS), ("probes", report.probeNS)]) {
      part in
      [("{part=\"\(part.0)\"}", part.1)]
    }
    add("memory_bytes", "Memory that the agent has.", (OwnStatus.memory.number ?? 0) &* 1024)
    add("ring_bytes", "What waits in the ring buffer.", UInt64(max(agent.backlog, 0)))
    add("held_nanoseconds_total", "How long who filled the ring buffer was held up.", report.heldNS)
    add("processes", "Processes that are known to be alive.", UInt64(agent.processCount))
    add("rules", "Rules that are asked.", UInt64(agent.loaded.report.loadedRules))
    add("disturbances", "What goes on that should not.", UInt64(agent.disturbances.count))
    add("start_timestamp_seconds", "When the agent started.", UInt64(max(0, agent.started.nanoseconds) / 1_000_000_000))
  }

  private mutating func add(_ name: String, _ help: String, _ value: UInt64) { add(name, help, [value]) { [("", $0)] } }

  private mutating func add<Row>(_ name: String, _ help: String, _ rows: [Row], _ lines: (Row) -> [(String, UInt64)]) {
    text += "# HELP martlet_agent_\(name) \(help)\n"
    text += "# TYPE martlet_agent_\(name) \(name.hasSuffix("_total") ? "counter" : "gauge")\n"
    for row in rows { for (labels, value) in lines(row) { text += "martlet_agent_\(name)\(labels) \(value)\n" } }
  }
}
