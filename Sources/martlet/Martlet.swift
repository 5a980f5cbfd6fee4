import ArgumentParser

/// The command line of Martlet.
@main
struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Runtime threat detection for Linux.",
    version: version,
    subcommands: [Trace.self, Record.self, Replay.self, Doctor.self, Schema.self, Validate.self])
}
