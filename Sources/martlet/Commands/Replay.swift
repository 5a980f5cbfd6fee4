import ArgumentParser
import Glibc
import MartletAgent
import MartletModel
import MartletOutput

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the events of a recording, as the live session made them.",
    discussion: """
      Needs no privilege and no BPF. FILE may be - for standard input. Of a damaged recording what comes before the \
      damage is shown.

      EXAMPLES
        martlet replay build.records
        martlet replay --format json --events exec build.records

      EXIT STATUS
        0 if the whole recording was replayed
        1 if it is damaged or cut short
        2 if the file is no recording or cannot be read
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var policies: PolicyOptions
  @OptionGroup var profiles: ProfileOptions
  @Argument(help: ArgumentHelp("The recording.", valueName: "file"))
  var file: String

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    do {
      let rules = try policies.rules()
      let profile = try profiles.load(for: file)
      var printer = try output.printer()
      let outcome = Result { () throws(RecordingError) in
        try MartletAgent.Replay.run(
          path: file, events: policies.shown(output.events, unlessNamed: .all), rules: rules, profile: profile,
          printer: &printer)
      }
      printer.flush()
      if let error = printer.failure { endOutput(error) }
      try outcome.get()?.save()
    } catch let error as RecordingError {
      complain(error)
      throw ExitCode(error.isUsable ? ExitStatus.failure : ExitStatus.unusable)
    } catch let error as ProfileError {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    } catch let error as OutputError {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
  }
}
