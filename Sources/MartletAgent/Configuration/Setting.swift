import MartletModel
import MartletOutbox
import MartletSensor

/// One thing that can be set: in the configuration file under its name, by an environment variable, on the command line.
package struct Setting: Sendable {
  /// What values it takes.
  package enum Kind: Sendable {
    case text
    case list
    /// A list of names of event types.
    case events
    case truth
    case number(ClosedRange<Int>)
    /// Bytes; perhaps a power of two only.
    case size(ClosedRange<Int>, isPower: Bool = false)
    case duration
    case choice([String])
  }

  /// Its place in the file: a key, or a key below another, `file.path`.
  package let name: String
  package let kind: Kind
  /// What it is where nobody sets it.
  package let standard: SettingValue
  /// The option of `martlet run` that sets it; all others are set with `--set`.
  package let option: String?
  /// One or more sentences.
  package let meaning: String

  init(_ name: String, _ kind: Kind, _ standard: SettingValue, option: String? = nil, _ meaning: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.option = option
    self.meaning = meaning
  }

  /// The environment variable that sets it: `MARTLET_FILE_PATH`.
  package var variable: String {
    "MARTLET_" + String(name.map { $0 == "." ? "_" : Character($0.uppercased()) })
  }

  /// All there are, in the order in which they are documented.
  package static let all: [Setting] = [
    Setting(
      "scope.cgroup", .text, .text(""), option: "--cgroup",
      "The cgroup of version 2, by its directory, whose processes are watched, with all below it. Empty: all of the host."
    ),
    Setting(
      "events", .events, .list([]), option: "--events",
      "Types of events that are written though no rule matches them."),
    Setting(
      "hooks", .choice(HookSet.allCases.map(\.rawValue)), .text("auto"), option: "--hooks",
      "Where system calls are hooked: `universal`, at the tracepoints that all calls go through; `functions`, at the functions "
        + "of those that are asked for, which not all kernels allow; `auto`, at these where they are allowed."),
    Setting(
      "filters", .truth, .truth(true),
      "Whether the kernel makes no records of what no rule can hold for. Rules find the same without, and it costs more: for who "
        + "doubts that."),
    Setting(
      "policies.own", .truth, .truth(true), option: "--own-rules",
      "Whether Martlet's own rule pack is asked."),
    Setting(
      "policies.paths", .list, .list(["/etc/martlet/policies"]), option: "--policy",
      "Policies beside it: files, and directories of which each file counts whose name ends in `.policy`. The standard one "
        + "may be missing."),
    Setting(
      "policies.watch", .truth, .truth(true),
      "Whether policies are loaded anew when they change. SIGHUP has them loaded in any case."),
    Setting(
      "policies.settle", .duration, .duration(.milliseconds(500)),
      "How long they must have been left alone since; where they go on changing, ten times that is waited."),
    Setting(
      "enforcement.enabled", .truth, .truth(false),
      "Whether `kill` actions of policies are done. Otherwise their rules load without them, and a note says so. The agent then "
        + "keeps CAP_KILL."),
    Setting(
      "enforcement.spare", .list, .list([]),
      "Executables that are never signalled, by patterns in which `*` stands for slashes, too; a match that means one of them "
        + "signals nobody. Threads of the kernel, process 1 and Martlet are spared in any case."),
    Setting(
      "enforcement.executables", .number(0...1000), .number(5),
      "A rule that kills is disarmed when it meets more different executables than that within `enforcement.period`, until all of "
        + "them are forgotten. `0`: it is not."),
    Setting(
      "enforcement.containers", .number(0...1000), .number(5), "The same for containers."),
    Setting(
      "enforcement.period", .duration, .duration(.seconds(60)),
      "How long these are remembered. For so long after a rule's first match its kills wait, and are done only if it was not "
        + "disarmed meanwhile. `0s`: all kills are done at once, and nothing disarms."),
    Setting(
      "reports", .truth, .truth(true),
      "Whether there are events about Martlet itself: `ruleset_loaded` after each load, with what became of each rule, and "
        + "a `heartbeat` of each policy, every minute at first and every ten minutes later."),
    Setting(
      "self_test", .truth, .truth(true),
      "Whether a child makes, changes and removes a file beside the file of events at the start, and a `self_test` event tells "
        + "whether rules found all of it. Where a cgroup is watched there is no such test."),
    Setting(
      "privileges.drop", .truth, .truth(true),
      "Whether all capabilities but CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, and with `enforcement.enabled` CAP_KILL, are given "
        + "up for good once the probes are attached."),
    Setting(
      "ring.size", .size(1 << 20...1 << 30, isPower: true), .size(16 << 20),
      "Memory of the ring buffer between kernel and agent: a power of two."),
    Setting(
      "ring.brake", .number(0...1000), .number(10),
      "Microseconds for which a process may be held up at each of its events while its cgroup has as much in the ring as is "
        + "free in it, so that the agent can read meanwhile and less is lost. `0`: it is not."),
    Setting(
      "file.path", .text, .text("/var/log/martlet/events.jsonl"), option: "--events-file",
      "The file of events, a line of JSON each. Empty: none."),
    Setting(
      "file.max_size", .size(1 << 20...1 << 40), .size(100 << 20),
      "The file is set aside before it has more bytes than that."),
    Setting(
      "file.max_age", .duration, .duration(.seconds(86400)),
      "The file is set aside when it is so old. `0s`: however old it is."),
    Setting(
      "file.keep", .number(0...10000), .number(10),
      "Files set aside that are kept; the oldest beyond are removed."),
    Setting(
      "file.compress", .truth, .truth(true),
      "Whether files set aside are compressed with zstd."),
    Setting(
      "file.sync", .choice(RotatingFile.Options.Sync.allCases.map(\.rawValue)), .text("rotation"),
      "When events are made to outlast a crash of the machine: `never` is when the kernel thinks fit, some 30 s later; "
        + "`rotation`, when the file is set aside; `second`, once a second."),
    Setting(
      "life.path", .text, .text(""),
      "The file in which the agent says once a second that it is alive, so that the next one tells for how long nobody "
        + "watched. Empty: `alive` in the directory that systemd gives it (`STATE_DIRECTORY`), or none."),
    Setting(
      "outbox.path", .text, .text(""),
      "The directory of the outbox, from which `martlet ship` delivers. Empty: none."),
    Setting(
      "outbox.cursors", .text, .text("/var/lib/martlet-ship/cursors"),
      "The directory in which the shipper keeps how far its sinks have come: what all have read is removed."),
    Setting(
      "outbox.max_size", .size(1 << 20...1 << 44), .size(1 << 30),
      "The most bytes of events on disk."),
    Setting(
      "outbox.when_full", .choice(OutboxConfiguration.WhenFull.allCases.map(\.rawValue)), .text("drop-oldest"),
      "What happens when the outbox or its disk is full: `drop-oldest` removes the oldest events, read or not; "
        + "`refuse-newest` loses new ones. Both are counted, and told by an event."),
    Setting(
      "outbox.sync", .choice(["never", "second", "always"]), .text("second"),
      "When events are made to outlast a crash of the machine: `never` is when the kernel thinks fit; `second`, once a "
        + "second; `always`, with each write. None of these has the agent wait."),
    Setting(
      "outbox.queue", .size(1 << 16...1 << 30), .size(4 << 20),
      "The most bytes of events in memory that wait for the disk."),
    Setting(
      "control.path", .text, .text(ControlOptions.standardPath),
      "The Unix socket for `martlet status`, `events`, `top`, `watch` and `policy list|reload`. Empty: none."),
    Setting(
      "control.group", .text, .text(""),
      "The group, by name or number, whose members may use it as root may. Empty: nobody else."),
    Setting(
      "metrics.path", .text, .text(""),
      "The file of the agent's numbers in Prometheus' text format, every ten seconds, which `martlet-ship` serves with its own. "
        + "Empty: `metrics.prom` beside the control socket. `off`: none."),
    Setting(
      "stdout.format", .choice(["none", "compact", "pretty", "json"]), .text("none"), option: "--stdout",
      "How events are written to standard output, too. Who does not read in time loses what is beyond 16 MiB, and holds up "
        + "nobody."),
  ]

  /// All names, and those that others are below.
  static let names =
    all.map(\.name) + all.compactMap { $0.name.firstIndex(of: ".").map($0.name.prefix(upTo:)).map(String.init) }

  /// The one of that name.
  static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}

/// What a setting is set to.
package enum SettingValue: Hashable, Sendable, CustomStringConvertible {
  case text(String)
  case list([String])
  case truth(Bool)
  case number(Int)
  /// Bytes.
  case size(Int)
  case duration(Duration)

  /// As it can be written in the file.
  package var description: String {
    switch self {
    case .text(let text): text.isEmpty ? "\"\"" : text
    case .list(let list): "[" + list.joined(separator: ", ") + "]"
    case .truth(let truth): truth ? "true" : "false"
    case .number(let number): "\(number)"
    case .size(let bytes): Self.size(bytes)
    case .duration(let duration): Self.duration(duration)
    }
  }

  private static func size(_ bytes: Int) -> String {
    for (unit, shift) in sizeUnits.reversed() where bytes > 0 && bytes & (1 << shift - 1) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }

  private static func duration(_ duration: Duration) -> String {
    let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    for (unit, scale) in durationUnits where milliseconds > 0 && milliseconds % scale == 0 {
      return "\(milliseconds / scale)\(unit)"
    }
    return "0s"
  }

  static let sizeUnits: [(unit: String, shift: Int)] = [("KiB", 10), ("MiB", 20), ("GiB", 30)]
  /// Longest first, in milliseconds.
  static let durationUnits: [(unit: String, scale: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]
}
