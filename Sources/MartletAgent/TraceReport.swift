package import MartletModel

/// What a watch saw, and how it ended.
package struct TraceReport: Sendable {
  /// The status to exit with: the command's, 128 + n after a signal, 126 or 127 where it could not be run.
  package var status: Int32 = 0
  /// Why the command could not be run.
  package var execError: Int32 = 0
  package var events: [EventType: UInt64] = [:]
  package var losses: [Loss.Row] = []
  /// Disturbances of the agent that were told of.
  package var disturbances: UInt64 = 0
  /// Where all that was seen went.
  package var ledger: [Ledger.Row] = []
  package var cgroups: [Ledger.CgroupRow] = []
  /// Events that matched a rule, counted for each rule; `nil` if none was asked.
  package var matches: UInt64?
  /// Peak resident memory of this process in bytes.
  package var peakMemory: Int = 0
  /// Signals that rules had processes sent; `nil` where they may not.
  package var kills: UInt64?
  /// What the probes spent, in nanoseconds, extrapolated from one record of 64.
  package var probeNS: UInt64 = 0
  /// How long who filled the ring was held up, all together, in nanoseconds.
  package var heldNS: UInt64 = 0
  /// Processor time of this process, in nanoseconds.
  package var agentNS: UInt64 = 0
  /// The `errno` that ended the output, if one did.
  package var outputError: Int32?
}

extension TraceReport {
  /// One line: events by type, losses by cause, and what it cost.
  package func summary(colored: Bool) -> String {
    let total = events.values.reduce(0, +)
    let types = events.sorted { ($1.value, $0.key.name) < ($0.value, $1.key.name) }.map { "\($0.value) \($0.key.name)" }
    let lost =
      losses.isEmpty
      ? "0 lost" : losses.map { "\($0.count) \($0.type.name) lost (\($0.cause.name))" }.joined(separator: ", ")
    let megabytes = Double(peakMemory) / 1_048_576
    var parts = [
      "\(total) event\(total == 1 ? "" : "s")" + (types.isEmpty ? "" : ": " + types.joined(separator: ", ")),
      colored && !losses.isEmpty ? "\u{1b}[0;1;31m\(lost)\u{1b}[0;2m" : lost,
      "\(rounded(megabytes)) MiB peak",
      "probes \(rounded(Double(probeNS) / 1e6)) ms",
      "agent \(rounded(Double(agentNS) / 1e6)) ms",
    ]
    if heldNS > 0 { parts.append("held up \(rounded(Double(heldNS) / 1e6)) ms") }
    if disturbances > 0 {
      parts.insert("\(disturbances) disturbance\(disturbances == 1 ? "" : "s") of the agent", at: 2)
    }
    if let matches { parts.insert("\(matches) match\(matches == 1 ? "" : "es")", at: 1) }
    let line = "martlet: " + parts.joined(separator: " · ")
    return colored ? "\u{1b}[2m\(line)\u{1b}[0m" : line
  }

  /// The ledger, a line a type, right-aligned below its head, and a line a cgroup, with the causes of its losses. What is
  /// missing has a column where there is something.
  package var ledgerTable: String {
    let isWhole = ledger.allSatisfy { $0.missing == 0 }
    let head = ["seen", "emitted", "in kernel", "filtered", "lost"] + (isWhole ? [] : ["missing"])
    func cells<Subject>(_ name: String, _ row: Ledger.Line<Subject>) -> [String] {
      [name] + [row.seen, row.emitted, row.filteredEarly, row.filtered, row.lost].map { "\($0)" }
        + (isWhole ? [] : ["\(row.missing)"])
        + (row.causes.isEmpty ? [] : ["  " + row.causes.map { "\($0.count) \($0.cause.name)" }.joined(separator: ", ")])
    }
    let types = ledger.map { cells($0.subject.name, $0) }
    let cgroups = cgroups.map { cells($0.subject.path.map(Self.shown) ?? "others", $0) }
    let rows = [["type"] + head] + types + (cgroups.count > 1 ? [["cgroup"] + head] + cgroups : [])
    let width = max(14, rows.map { $0[0].utf8.count }.max() ?? 0)
    return rows.map { cells in
      let padded = cells.dropFirst().map { String(repeating: " ", count: max(1, 12 - $0.utf8.count)) + $0 }
      let name = cells[0] + String(repeating: " ", count: max(0, width - cells[0].utf8.count))
      return "martlet: " + name + padded.joined() + "\n"
    }.joined()
  }

  /// A path with nothing in it that a terminal takes for more than text.
  private static func shown(_ path: String) -> String {
    String(String.UnicodeScalarView(path.unicodeScalars.map { $0.value < 32 || 127...159 ~= $0.value ? "?" : $0 }))
  }

  private func rounded(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    guard tenths < 1e15 else { return "∞" }
    return "\(Int(tenths) / 10).\(Int(tenths) % 10)"
  }
}
