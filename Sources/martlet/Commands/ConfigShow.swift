import ArgumentParser
import MartletAgent
import MartletRules
import MartletSchema

/// `martlet config show`: what everything is set to.
struct ConfigShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what everything is set to, and by whom.",
    discussion: """
      Takes the options of 'martlet run', and shows each setting with its value and where that comes from: the command \
      line, else the environment, else the file, else the default.

      EXAMPLES
        martlet config show
        martlet config show --config martlet.yaml --set ring.size=64MiB --json

      EXIT STATUS
        0 if nothing is wrong
        1 if something is; what is right is shown all the same
        2 if the file cannot be read
      """)

  @OptionGroup var options: ConfigurationOptions
  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    let configuration = try options.configuration()
    for mistake in configuration.mistakes { complain(printable(mistake.description)) }
    let rows = Setting.all.map { setting in
      let (value, origin) = configuration.value(of: setting)
      return (setting.name, value.description, origin.description)
    }
    if json {
      let members = rows.map { name, value, origin in
        JSONObject.Member(name: name, value: .object(["value": .string(value), "from": .string(origin)]))
      }
      var writer = JSONWriter()
      writer.value(.object(JSONObject(members)))
      print(writer.text)
    } else {
      let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
      for (name, value, origin) in rows {
        print(printable("\(padded(name, widths.0))  \(padded(value, widths.1))  \(origin)"))
      }
    }
    if !configuration.mistakes.isEmpty { throw ExitCode(ExitStatus.failure) }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
