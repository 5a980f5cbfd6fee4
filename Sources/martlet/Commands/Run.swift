import ArgumentParser
import Glibc
import MartletAgent
import MartletModel
import MartletOutput
import MartletRules
import RulePack

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch this host, and tell what rules find.",
    discussion: """
      Watches all processes, or those of one cgroup, until SIGTERM or SIGINT, and writes the events that rules match to a \
      file, a line of JSON each. It then tells what is still under way and ends; a second signal ends it at once. SIGUSR1 \
      has the file opened anew, for those who move it.

      EXAMPLES
        martlet run
        martlet run --cgroup /sys/fs/cgroup/system.slice/web.service --events exec --stdout compact
        martlet run --policy /etc/martlet/policies --events-file /var/log/martlet/events.jsonl

      EXIT STATUS
        0 when it was asked to end
        2 if the file cannot be written or a policy cannot be read
        77 without the privilege or the kernel that watching needs
      """)

  @Option(
    help: ArgumentHelp("Watch the cgroup at PATH and all below it, instead of all of the host.", valueName: "path"))
  var cgroup: String?

  @Option(
    help: ArgumentHelp(
      "A policy, or a directory of them, beside Martlet's own rule pack; repeatable.", valueName: "path"))
  var policy: [String] = []

  @Flag(help: "Leave Martlet's own rule pack out.")
  var noOwnRules = false

  @Option(
    help: ArgumentHelp(
      "Types of events to write though no rule matches, separated by commas.", valueName: "a,b"),
    transform: EventTypes.init)
  var events: EventTypes?

  @Option(help: ArgumentHelp("The file of events.", valueName: "file"))
  var eventsFile = "/var/log/martlet/events.jsonl"

  @Option(help: "Write events to standard output, too, in this format.")
  var stdout: OutputFormat?

  @Option(help: ArgumentHelp("Memory of the ring buffer in MiB, a power of two.", valueName: "mib"))
  var buffer = 16

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    if let lack = Privilege.lack() {
      complain(lack)
      throw ExitCode(ExitStatus.noPrivilege)
    }
    do {
      var options = AgentOptions()
      if let cgroup { try options.watchCgroup(at: cgroup) }
      options.events = events?.types ?? []
      options.ringSize = buffer << 20
      options.file = RotatingFile.Options(path: eventsFile)
      let own = noOwnRules
      let source = RuleSource(paths: policy) { own ? [] : RulePack.sources }
      let agent = try AgentSession(options, rules: source.load(), sinks: stdout.map { [sink($0)] } ?? [])
      let report = try agent.run()
      write(report.summary(colored: false) + "\n", to: STDERR_FILENO)
    } catch let error as WatchError {
      complain(error)
      throw ExitCode(ExitStatus.noPrivilege)
    } catch let error as AgentError {
      complain(error)
      throw ExitCode(ExitStatus.failure)
    } catch let error where error is OutputError || error is PolicyPathError || error is ScopeError {
      complain("\(error)")
      throw ExitCode(ExitStatus.unusable)
    }
  }

  private func sink(_ format: OutputFormat) -> PrintingSink {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    return PrintingSink(
      EventPrinter(
        descriptor: STDOUT_FILENO, format: format, style: ScreenStyle(color: isTerminal && !hasEnvironment("NO_COLOR")))
    )
  }
}
