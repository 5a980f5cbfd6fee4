import ArgumentParser
import Glibc
import MartletAgent
import MartletModel
import MartletOutput
import MartletRules

struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a command and show what it does, and all that descends from it.",
    discussion: """
      Watches from the command's first exec to the end of its last descendant, and exits with the command's status. \
      Nothing else on the host is watched. Each event is held against the rules of a policy; what matches is shown with \
      the rule, whatever --events says.

      EXAMPLES
        martlet trace -- curl -s http://127.0.0.1/
        martlet trace --events exec,open --format json --output events.jsonl -- make
        martlet trace --for 10s -- ./service
        martlet trace --policy web.policy --only-matches -- ./service
        martlet trace --learn service.profile -- ./service

      EXIT STATUS
        the command's, or 128 + N if signal N ended it
        126 if the command could not be run, 127 if it was not found
        77 without the privilege or the kernel that tracing needs
        2 if the output cannot be written, or a policy or profile cannot be read
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var policies: PolicyOptions
  @OptionGroup var profiles: ProfileOptions
  @OptionGroup var session: SessionOptions
  @Flag(help: "Let the kernel leave out nothing, also of what no rule can hold for.")
  var unfiltered = false

  func run() throws {
    try session.run(
      events: policies.shown(output.events), rules: policies.rules(), isFiltering: !unfiltered, profiles: profiles,
      wantsColor: output.wantsColor
    ) { () throws(OutputError) in
      try output.sink()
    }
  }
}

/// What `trace` and `record` share: the command, and how long and with how much memory to watch it.
struct SessionOptions: ParsableArguments {
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Watch so long at most, then ask the command to end: 500ms, 10s, 2m, 1h.", valueName: "duration"),
    transform: duration)
  var limit: Duration?

  @Option(
    help: ArgumentHelp("Memory of the ring buffer in MiB, a power of two.", valueName: "mib"))
  var buffer = 8

  @Option(
    help: ArgumentHelp(
      "Hold who fills half of the ring buffer up so long at each event, so that it is read meanwhile and nothing is lost: microseconds, 0 for not at all.",
      valueName: "us"))
  var brake = 1000

  @Option(
    help: ArgumentHelp(
      "Where system calls are hooked: universal (as auto here), at the tracepoints that all calls go through, or functions, at those of the calls that are asked for, where the kernel allows that.",
      valueName: "set"))
  var hooks = WatchHooks.auto

  @Flag(help: "At the end, tell for each type of event, and each cgroup, where what was seen went.")
  var ledger = false

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    guard !command.isEmpty else { throw ValidationError("name a command to watch, after --") }
    guard (1...1024).contains(buffer), buffer.nonzeroBitCount == 1 else {
      throw ValidationError("--buffer takes a power of two from 1 to 1024")
    }
    guard (0...10_000).contains(brake) else { throw ValidationError("--brake takes microseconds from 0 to 10000") }
  }

  /// Runs the session and exits with its status.
  func run(
    events: Set<EventType>, rules: RuleSet = .empty, isFiltering: Bool = true, profiles: ProfileOptions? = nil,
    recordTo path: String? = nil,
    wantsColor: Bool,
    sink makeSink: () throws(OutputError) -> (any FinalSink)?
  ) throws -> Never {
    signal(SIGPIPE, SIG_IGN)
    if let lack = Privilege.lack() {
      complain(lack)
      throw ExitCode(ExitStatus.noPrivilege)
    }
    do {
      var watch = WatchOptions(
        events: events, rules: rules, profile: try profiles?.load(for: command[0]), ringSize: buffer << 20)
      watch.isFiltering = isFiltering
      watch.brake = .microseconds(brake)
      watch.hooks = hooks
      watch.log = ServiceLog()
      let options = TraceOptions(command: command, watch: watch, duration: limit)
      var session = try TraceSession(options, sink: makeSink(), recordTo: path)
      let report = try session.run()
      if report.execError != 0 {
        complain(unsafe "cannot run '\(command[0])': \(String(cString: strerror(report.execError)))")
      }
      if ledger { write(report.ledgerTable, to: STDERR_FILENO) }
      write(report.summary(colored: isatty(STDERR_FILENO) == 1 && wantsColor) + "\n", to: STDERR_FILENO)
      if let error = report.outputError, error != EPIPE {
        complain(unsafe "the output ended early: \(String(cString: strerror(error)))")
        throw ExitCode(ExitStatus.unusable)
      }
      throw ExitCode(report.status)
    } catch let error as OutputError {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    } catch let error as ProfileError {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    } catch let error as WatchError {
      complain(error)
      throw ExitCode(ExitStatus.noPrivilege)
    } catch let error as AgentError {
      complain(error)
      throw ExitCode(ExitStatus.failure)
    }
  }
}

/// Reads `500ms`, `10s`, `2m`, `1h`.
private func duration(_ text: String) throws -> Duration {
  let digits = text.prefix { $0.isASCII && $0.isNumber }
  let scale: Duration? =
    switch text.dropFirst(digits.count) {
    case "ms": .milliseconds(1)
    case "s": .seconds(1)
    case "m": .seconds(60)
    case "h": .seconds(3600)
    default: nil
    }
  guard let scale, let count = Int(digits), count > 0, count <= 1_000_000 else {
    throw ValidationError("'\(text)' is no duration; write 500ms, 10s, 2m or 1h")
  }
  return scale * count
}

extension WatchHooks: ExpressibleByArgument {}
