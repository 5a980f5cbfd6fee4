import ArgumentParser

/// `martlet policy`: what concerns policies rather than events.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Check and test policies.",
    subcommands: [PolicyCheck.self, PolicyFilters.self, PolicyTest.self])
}
