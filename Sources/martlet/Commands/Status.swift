import ArgumentParser
import Glibc
import MartletAgent
import MartletRules
import MartletSchema

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how the running agent is.",
    discussion: """
      Whether all is well; what it saw of each type of event and in which cgroups, how fast, and where that went; where its \
      probes are attached; what its rules found, and which never did; what it takes of the machine.

      With --filters it tells instead what the kernel leaves out of each type, and which rules make it let more through: \
      it has the agent count for some seconds how many events each rule lets through, and of these how many no other does. \
      A rule with ! has all events of the type recorded.

      EXIT STATUS
        0 if all is well
        1 if not: the report says why
        2 if no agent can be talked to
      """)

  @OptionGroup var socket: SocketOptions
  @Flag(help: "Which rules make the kernel let events through.")
  var filters = false
  @Option(help: ArgumentHelp("With --filters: for how long it counts. Default: 2.", valueName: "n"))
  var seconds: UInt16?
  @Option(help: ArgumentHelp("Of how many cgroups it tells what was seen there. Default: 10.", valueName: "n"))
  var cgroups: UInt16?
  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    let inks = Inks(isColored: isatty(STDOUT_FILENO) == 1 && !hasEnvironment("NO_COLOR"))
    try talking {
      var client = try ControlClient(socket)
      if filters {
        let report = try FilterReport(&client, seconds: seconds ?? 2)
        return write(json ? report.json + "\n" : report.text(inks), to: STDOUT_FILENO)
      }
      let most = JSONInteger(UInt64(cgroups ?? 10))
      let status = try client.ask("status") { writer in
        writer.key("cgroups")
        writer.value(most)
      }
      if json { print(jsonLine(status)) } else { write(text(of: status, inks), to: STDOUT_FILENO) }
      if !status.object("health").truth("ok") { throw ExitCode(ExitStatus.failure) }
    }
  }

  private func text(of status: JSONObject, _ inks: Inks) -> String {
    let (agent, health, usage) = (status.object("agent"), status.object("health"), status.object("usage"))
    var lines: [String] = []
    func say(_ label: String, _ text: String) {
      lines.append(inks.dim(label + String(repeating: " ", count: max(1, 10 - label.count))) + printable(text))
    }
    let age = ToldTime(agent["started"])?.ago ?? "?"
    lines.append(
      inks.bold("martlet \(agent.text("version"))") + ", pid \(agent.number("pid")), for \(age), watches "
        + printable(agent.text("scope")) + " with \(agent.number("processes")) processes")
    let problems = health.texts("problems")
    say("health", "")
    lines[lines.count - 1] += problems.isEmpty ? inks.good("fine") : inks.bad(printable(problems[0]))
    for problem in problems.dropFirst() { lines.append("          " + inks.bad(printable(problem))) }
    let (rules, ring) = (status.object("rules"), status.object("ring"))
    let dead = rules.objects("dead")
    let unasked = dead.count { $0.text("reason") == "never asked" }
    say(
      "rules",
      "\(rules.number("loaded")) loaded, \(rules.number("errors")) errors; \(rules.number("matches")) matches; "
        + "\(dead.count - unasked) never matched, \(unasked) never asked"
        + (rules["kills"] == nil ? "" : "; \(rules.number("kills")) kills"))
    let losses = status.objects("losses").map { "\($0.number("count")) \($0.text("type")) (\($0.text("cause")))" }
    if !losses.isEmpty { say("lost", losses.joined(separator: ", ")) }
    say("memory", "\(size(usage.number("memory"))), at most \(size(usage.number("peak_memory")))")
    say(
      "processor",
      "agent \(decimal(usage.real("agent_percent"), 2)) %, probes \(decimal(usage.real("probe_percent"), 2)) % of one")
    let held = ring.number("held_ns") / 1_000_000
    say(
      "ring",
      "\(size(ring.number("waiting"))) of \(size(ring.number("size"))) wait"
        + (held == 0 ? "" : "; who filled it was held up for \(held) ms"))
    if let file = status["file"]?.object {
      say("file", "\(file.text("path")): \(file.number("written")) lines, \(file.number("lost")) lost")
    }
    if let stdout = status["stdout"]?.object {
      let (waiting, lost) = (stdout.number("waiting"), stdout.number("lost"))
      say("stdout", "\(stdout.number("written")) lines, \(waiting) wait, \(lost) lost")
    }
    if let outbox = status["outbox"]?.object {
      say("outbox", "\(outbox.number("kept")) kept, \(outbox.number("waiting")) there, \(outbox.number("lost")) lost")
    }
    let hooks = status.objects("hooks").map { hook in
      [hook.text("probe"), hook.text("hook"), ToldTime(hook["last"]).map { "\($0.ago) ago" } ?? "-"]
    }
    func counts(_ row: JSONObject) -> [String] {
      ["seen", "emitted", "filtered_in_kernel", "filtered", "lost"].map { "\(row.number($0))" }
    }
    let events = status.objects("events").map { row in
      [row.text("type"), decimal(row.real("per_second"), 1)] + counts(row)
        + [ToldTime(row["last"]).map { "\($0.ago) ago" } ?? "-"]
    }
    let cgroups = status.objects("cgroups").map { row in
      let causes = row.objects("losses").map { "\($0.number("count")) \($0.text("cause"))" }
      return [row.text("path").isEmpty ? "others" : printable(row.text("path"))] + counts(row)
        + [causes.joined(separator: ", ")]
    }
    let head = ["seen", "emitted", "in kernel", "filtered", "lost"]
    for (head, rows) in [
      (["event", "a second"] + head + ["last"], events), (["cgroup"] + head + ["by cause"], cgroups),
      (["probe", "hook", "last hit"], hooks),
    ] {
      let table = table([head] + rows)
      lines += ["", inks.dim(table[0])] + table.dropFirst()
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
