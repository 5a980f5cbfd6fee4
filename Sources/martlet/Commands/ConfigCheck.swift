import ArgumentParser
import MartletAgent
import MartletRules

/// `martlet config check`: tells what is wrong with a configuration.
struct ConfigCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tell what is wrong with a configuration.",
    discussion: """
      Reads the file, /etc/martlet/martlet.yaml if none is named, and the environment as 'martlet run' does, and tells all \
      mistakes at once, each with its place; and what it names that this host has not: groups, cgroups, policies.

      EXAMPLES
        martlet config check
        martlet config check martlet.yaml

      EXIT STATUS
        0 if nothing is wrong
        1 if something is
        2 if the file cannot be read
      """)

  @Argument(help: ArgumentHelp("The configuration file.", valueName: "file"))
  var file: String?

  func run() throws {
    var options = ConfigurationOptions.parseOrExit([])
    options.config = file
    let configuration = try options.configuration()
    let mistakes = configuration.mistakes + configuration.mistakesOnThisHost
    for mistake in mistakes { print(printable(mistake.description)) }
    if !mistakes.isEmpty { throw ExitCode(ExitStatus.failure) }
  }
}
