import ArgumentParser

/// The command line of Martlet.
@main
struct Martlet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Runtime threat detection for Linux.",
    subcommands: [Schema.self, Validate.self])
}
