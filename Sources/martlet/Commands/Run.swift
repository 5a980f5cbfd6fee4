import ArgumentParser
import Glibc
import MartletAgent
import MartletModel
import MartletOutbox
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

      Each option is a setting of the configuration file, too, and goes before it; all others are set with --set. They are \
      in docs/reference/configuration.md.

      EXAMPLES
        martlet run
        martlet run --config martlet.yaml
        martlet run --cgroup /sys/fs/cgroup/system.slice/web.service --events exec --stdout compact
        martlet run --policy /etc/martlet/policies --events-file /var/log/martlet/events.jsonl

      EXIT STATUS
        0 when it was asked to end
        2 if the configuration is wrong ('martlet config check' tells the same), the file of events or the outbox cannot be written, or \
          a policy or a cgroup cannot be read
        77 without the privilege or the kernel that watching needs
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    if let lack = Privilege.lack() {
      complain(lack)
      throw ExitCode(ExitStatus.noPrivilege)
    }
    let configuration = try options.configuration()
    for mistake in configuration.mistakes { complain(printable(mistake.description)) }
    if !configuration.mistakes.isEmpty { throw ExitCode(ExitStatus.unusable) }
    do {
      let options = try AgentOptions(configuration)
      let source = RuleSource(configuration) { RulePack.sources }
      var attendants: [any Attendant] = []
      if let control = options.control.flatMap(listen) { attendants.append(control) }
      if let path = options.metrics { attendants.append(MetricsFile(path: path)) }
      let agent = try AgentSession(
        options, rules: source, stdout: try options.stdout.map(output), attendants: attendants)
      let report = try agent.run()
      write(report.summary(colored: false) + "\n", to: STDERR_FILENO)
    } catch let error as WatchError {
      complain(error)
      throw ExitCode(ExitStatus.noPrivilege)
    } catch let error as AgentError {
      complain(error)
      throw ExitCode(ExitStatus.failure)
    } catch let error
      where error is OutputError || error is OutboxError || error is PolicyPathError || error is ScopeError
    {
      complain("\(error)")
      throw ExitCode(ExitStatus.unusable)
    }
  }

  /// The control socket. Without it the agent watches all the same.
  private func listen(_ options: ControlOptions) -> ControlServer? {
    do { return try ControlServer(options) } catch {
      ServiceLog().say(.error, error)
      return nil
    }
  }

  private func output(_ format: OutputFormat) throws -> StandardOutput {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    return try StandardOutput(format, style: ScreenStyle(color: isTerminal && !hasEnvironment("NO_COLOR")))
  }
}
