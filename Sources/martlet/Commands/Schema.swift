import ArgumentParser
import Glibc
import MartletSchema

/// `martlet schema`: prints the contract of every event.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of events, or the reference page made of it.",
    discussion: """
      EXAMPLES
        martlet schema > event.schema.json
        martlet schema --format markdown > events.md
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, markdown
  }

  @Option(help: "json: the schema itself; markdown: the reference page, which contains it.")
  var format = Format.json

  func run() throws {
    let text =
      switch format {
      case .json: EventSchema.json
      case .markdown: EventSchema.referencePage
      }
    write(text, to: STDOUT_FILENO)
  }
}
