import Glibc
import MartletModel
import MartletOutbox
import MartletRules
import MartletSchema
import MartletSensor

/// How the agent is, as its clients are told.
struct StatusDocument {
  let agent: AgentSession
  let report: TraceReport
  let rates: EventRates
  let usage: AgentUsage
  /// How many clients there are.
  let clients: Int
  /// How many streams they are told.
  let streams: Int

  /// All of it, with so many cgroups.
  func write(cgroups: Int, to writer: inout JSONWriter) {
    writer.object("agent") { writer in
      writer.member("version", Martlet.version)
      writer.member("pid", UInt64(getpid()))
      writer.time("started", agent.started)
      writer.member("scope", agent.options.scope.text)
      writer.member("processes", UInt64(agent.processCount))
    }
    writeHealth(to: &writer)
    var hooks = agent.hooks.map { (probe: $0.program, place: $0.section, told: $0.told) }
    let calls = agent.callHooks
    if calls.functionCount > 0 {
      hooks.append((Hook.systemCall.rawValue, "\(calls.functionCount) functions of calls", calls.byFunctions))
    }
    hooks += calls.inside.map { ($0.program, $0.section, []) }
    writer.list("hooks", hooks) { writer, hook in
      writer.member("probe", hook.probe)
      writer.member("hook", hook.place)
      if let last = rates.last(of: hook.told) { writer.time("last", last) }
    }
    writeLedger(cgroups: cgroups, to: &writer)
    writeUsage(to: &writer)
    writeRules(to: &writer)
    if let stdout = agent.stdout?.counts {
      writer.object("stdout") { writer in
        writer.member("written", stdout.written)
        writer.member("waiting", stdout.waiting)
        writer.member("lost", stdout.lost)
      }
    }
    if let file = agent.file {
      let health = file.health
      writer.object("file") { writer in
        writer.member("path", file.options.path)
        writer.member("written", health.counts.written)
        writer.member("waiting", health.waiting)
        writer.member("lost", health.lost)
        writer.member("rotations", health.counts.rotations)
      }
    }
    if let outbox = agent.outbox?.health {
      writer.object("outbox") { writer in
        writer.member("kept", outbox.kept)
        writer.member("lost", outbox.losses.total)
        writer.member("waiting", outbox.next &- outbox.oldest)
        writer.member("size", UInt64(outbox.size))
      }
    }
    writer.member("clients", UInt64(clients))
    writer.member("streams", UInt64(streams))
  }

  private func writeHealth(to writer: inout JSONWriter) {
    var problems = agent.disturbances.map(\.description)
    if let refusal = agent.refusal { problems.append("the last change of policies was refused: \(refusal)") }
    if let problem = agent.stdout?.problem { problems.append(problem) }
    if let problem = agent.file?.problem { problems.append(problem) }
    if let problem = agent.outbox?.problem { problems.append(problem) }
    let errors = agent.loaded.report.errors
    if errors > 0 { problems.append("there are \(errors) mistakes in the policies") }
    let losing = rates.rates.filter { $0.value.lostPerSecond > 0 }.keys.map(\.name).sorted()
    if !losing.isEmpty { problems.append("events are being lost: \(losing.joined(separator: ", "))") }
    writer.object("health") { writer in
      writer.member("ok", problems.isEmpty)
      writer.key("problems")
      writer.value(problems)
    }
  }

  /// Where all that was seen went, by type and by cgroup.
  func writeLedger(cgroups: Int, to writer: inout JSONWriter) {
    writer.list("events", report.ledger) { writer, row in
      let rate = rates.rates[row.subject]
      writer.member("type", row.subject.name)
      writer.member("per_second", rate?.smoothed ?? 0)
      writer.line(row)
      if let last = rate?.last { writer.time("last", last) }
    }
    writer.list("losses", report.losses) { writer, row in
      writer.member("type", row.type.name)
      writer.member("cause", row.cause.name)
      writer.member("count", row.count)
    }
    writer.list("cgroups", Array(report.cgroups.prefix(cgroups))) { writer, row in
      writer.member("path", row.subject.path ?? "")
      writer.line(row)
      guard !row.causes.isEmpty else { return }
      writer.list("losses", row.causes) { writer, part in
        writer.member("cause", part.cause.name)
        writer.member("count", part.count)
      }
    }
  }

  private func writeUsage(to writer: inout JSONWriter) {
    writer.object("ring") { writer in
      writer.member("size", UInt64(agent.options.ringSize))
      writer.member("held_ns", report.heldNS)
      writer.member("waiting", UInt64(max(agent.backlog, 0)))
    }
    let memory = (OwnStatus.memory.number ?? 0) &* 1024
    writer.object("usage") { writer in
      writer.member("memory", memory)
      // The report is a moment older.
      writer.member("peak_memory", max(UInt64(report.peakMemory), memory))
      writer.member("agent_percent", usage.agentPercent)
      writer.member("probe_percent", usage.probePercent)
      writer.member("agent_ns", report.agentNS)
      writer.member("probe_ns", report.probeNS)
    }
  }

  private func writeRules(to writer: inout JSONWriter) {
    let loaded = agent.loaded
    let types = RuleTypes(loaded.rules)
    let quiet = loaded.rules.rules.filter { agent.activity(of: $0).matches == 0 }
    writer.object("rules") { writer in
      writer.member("loaded", UInt64(loaded.report.loadedRules))
      writer.member("errors", UInt64(loaded.report.errors))
      writer.member("warnings", UInt64(loaded.report.warnings))
      writer.member("matches", report.matches ?? 0)
      if let kills = report.kills { writer.member("kills", kills) }
      writer.list("dead", quiet) { writer, rule in
        writer.member("id", rule.id)
        writer.member("policy", rule.policyName)
        writer.member("reason", asked(rule, types) == 0 ? "never asked" : "never matched")
      }
    }
  }

  /// Events that a rule was asked about since it was loaded.
  private func asked(_ rule: Rule, _ types: RuleTypes) -> UInt64 {
    types[rule].reduce(0) { $0 &+ agent.askedCount($1) }
  }

  /// The policies, what became of each of their rules, and what those that are asked have found.
  func writePolicies(to writer: inout JSONWriter) {
    let loaded = agent.loaded
    let types = RuleTypes(loaded.rules)
    let asked = Dictionary(loaded.rules.rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    if let refusal = agent.refusal { writer.member("refusal", refusal) }
    writer.list("policies", loaded.report.policies) { writer, policy in
      writer.member("name", policy.name)
      writer.member("version", policy.version)
      writer.member("source", policy.source.rawValue)
      writer.member("status", policy.status.rawValue)
      writer.member("message", policy.message)
      writer.list("rules", policy.rules) { writer, entry in
        writer.member("id", entry.id)
        writer.member("version", entry.version)
        writer.member("status", entry.status.rawValue)
        writer.member("message", entry.message)
        guard entry.status == .loaded, let rule = asked[entry.id] else { return }
        let activity = agent.activity(of: rule)
        writer.member("description", rule.description)
        writer.key("types")
        writer.value(types[rule].map(\.name).sorted())
        writer.member("asked", self.asked(rule, types))
        writer.member("matches", activity.matches)
        if let last = activity.last { writer.time("last", Instant(nanoseconds: last)) }
      }
    }
  }

  /// What `martlet top` shows each second.
  func writeStats(_ busiest: [ProcessTally.Entry], to writer: inout JSONWriter) {
    writer.time("time", .now)
    writer.time("started", agent.started)
    writer.member("processes", UInt64(agent.processCount))
    writeHealth(to: &writer)
    writeUsage(to: &writer)
    writer.list("events", report.ledger) { writer, row in
      let rate = rates.rates[row.subject]
      writer.member("type", row.subject.name)
      writer.member("per_second", rate?.perSecond ?? 0)
      writer.member("lost_per_second", rate?.lostPerSecond ?? 0)
      writer.member("seen", row.seen)
      writer.member("emitted", row.emitted)
      writer.member("filtered", row.filteredEarly &+ row.filtered)
      writer.member("lost", row.lost)
    }
    writer.list("busiest", busiest) { writer, entry in
      writer.member("pid", UInt64(entry.image.pid))
      writer.member("comm", entry.image.comm)
      let file = entry.image.executable
      writer.member("path", file.path.isEmpty ? file.name : file.path)
      writer.member("container", entry.image.container?.id ?? "")
      writer.member("count", entry.count)
      writer.member("mostly", entry.mostly?.name ?? "")
    }
    let matched = agent.loaded.rules.rules.map { (rule: $0, activity: agent.activity(of: $0)) }
      .filter { $0.activity.matches > 0 }
    writer.list("rules", matched) { writer, entry in
      writer.member("id", entry.rule.id)
      writer.member("description", entry.rule.description)
      writer.member("matches", entry.activity.matches)
      if let last = entry.activity.last { writer.time("last", Instant(nanoseconds: last)) }
    }
    writer.member("rules_loaded", UInt64(agent.loaded.report.loadedRules))
  }
}

/// The types of events that each rule of a set is asked about.
private struct RuleTypes {
  private var types: [ObjectIdentifier: Set<EventType>] = [:]

  init(_ rules: RuleSet) {
    for (name, questions) in rules.questions {
      guard let type = EventType(name: name) else { continue }
      for question in questions { types[ObjectIdentifier(question.rule), default: []].insert(type) }
    }
  }

  subscript(rule: Rule) -> Set<EventType> { types[ObjectIdentifier(rule)] ?? [] }
}

extension JSONWriter {
  fileprivate mutating func line<Subject>(_ row: Ledger.Line<Subject>) {
    member("seen", row.seen)
    member("emitted", row.emitted)
    member("filtered_in_kernel", row.filteredEarly)
    member("filtered", row.filtered)
    member("lost", row.lost)
    key("missing")
    value(JSONInteger(row.missing))
  }

  fileprivate mutating func time(_ name: String, _ time: Instant) {
    key(name)
    value(Timestamp(nanoseconds: time.nanoseconds))
  }

  fileprivate mutating func member(_ name: String, _ number: Double) {
    key(name)
    // JSON has no word for what is not finite.
    value(number.isFinite ? (number * 100).rounded() / 100 : 0)
  }
}
