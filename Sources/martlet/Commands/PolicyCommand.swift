import ArgumentParser

/// `martlet policy`: what concerns policies rather than events.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Check and test policies, and see to those of the running agent.",
    subcommands: [PolicyCheck.self, PolicyFilters.self, PolicyTest.self, PolicyList.self, PolicyReload.self])
}
