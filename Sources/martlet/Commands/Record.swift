import ArgumentParser
import MartletModel
import MartletOutput

struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a command and keep what the kernel tells of it in a file, for 'martlet replay'.",
    discussion: """
      The file holds the records of the probes and what of the host is needed to make events of them, compressed and \
      checksummed. Secrets in command lines and values of environment variables are scrubbed before they are written.

      EXAMPLES
        martlet record -o build.records -- make
        martlet replay build.records

      EXIT STATUS
        as for 'martlet trace'
      """)

  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Types to record, separated by commas. Default: all that need not be asked for.", valueName: "a,b"),
    transform: EventTypes.init)
  var events = EventTypes.standard

  @OptionGroup var session: SessionOptions

  func run() throws {
    try session.run(events: events.types, recordTo: output, wantsColor: !hasEnvironment("NO_COLOR")) {
      () throws(OutputError) in nil
    }
  }
}
