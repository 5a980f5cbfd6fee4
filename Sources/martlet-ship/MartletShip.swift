import ArgumentParser
import Glibc
import MartletModel
import MartletShip

/// The command line of the shipper.
@main
struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet-ship",
    abstract: "Delivers the events in Martlet's outbox.",
    discussion: """
      Runs without privilege: it reads the outbox that 'martlet run' writes, and delivers to the sinks of its \
      configuration, each at its own pace. docs/reference/shipping.md tells of all settings.

      EXIT STATUS
        0 if it was told to end, or there is nothing to complain of
        1 if it could not go on, or does not run
        2 if the configuration cannot be used
      """,
    version: "martlet-ship \(MartletModel.Martlet.version)",
    subcommands: [Run.self, Check.self, Status.self], defaultSubcommand: Run.self)

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // The parser's own status for bad usage is 64; ours is that of any input that cannot be used.
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      complain(fullMessage(for: error))
      Glibc.exit(ExitStatus.unusable)
    }
  }
}

enum ExitStatus {
  static let failure: Int32 = 1
  static let unusable: Int32 = 2
}

/// Where the configuration is.
struct ConfigurationOption: ParsableArguments {
  @Option(help: ArgumentHelp("The configuration.", valueName: "file"))
  var config = ShipConfiguration.standardPath

  /// Reads it, or ends with all that is wrong with it.
  func read() throws -> ShipConfiguration {
    do { return try ShipConfiguration(path: config) } catch {
      complain(error.description)
      throw ExitCode(ExitStatus.unusable)
    }
  }
}

/// Says something on standard error.
func complain(_ text: String) {
  let line = Array((text + "\n").utf8)
  unsafe _ = write(STDERR_FILENO, line, line.count)
}
