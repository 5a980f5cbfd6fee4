import ArgumentParser

/// `martlet config`: what concerns the configuration of `martlet run`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check and show the configuration of 'martlet run'.",
    subcommands: [ConfigCheck.self, ConfigShow.self, ConfigReference.self])
}
