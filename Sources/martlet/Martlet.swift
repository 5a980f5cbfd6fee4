import ArgumentParser
import Glibc

/// The command line of Martlet.
@main
struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Runtime threat detection for Linux.",
    version: version,
    subcommands: [
      Run.self, Status.self, Events.self, Top.self, WatchCommand.self, Ship.self, Trace.self, Record.self, Replay.self,
      Session.self,
      PolicyCommand.self, ConfigCommand.self,
      Install.self, Uninstall.self, Why.self, Fields.self, Eval.self, Doctor.self, Schema.self, Validate.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      if fflush(nil) != 0 { endOutput(errno) }
    } catch {
      // The parser's own status for bad usage is 64; ours is that of any input that cannot be used.
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      write(fullMessage(for: error) + "\n", to: STDERR_FILENO)
      Glibc.exit(ExitStatus.unusable)
    }
  }
}
