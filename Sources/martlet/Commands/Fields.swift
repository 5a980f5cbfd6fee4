import ArgumentParser
import Glibc
import MartletRules
import SECL

/// `martlet fields`: what rules may ask about.
struct Fields: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the fields that rules may read.",
    discussion: """
      PATTERN is a field's name, of which all is told; a part of names; or, with a star, a whole name in which the star \
      stands for anything. A field that is marked as planned may be used in rules, and reads as empty or zero.

      With --json each line is an object with "name", "type", "description", "operators" and "cost", and where there is \
      such a thing "event_types" (else events of every type have the field), "iterator" (the list of objects that it is \
      read from), "constants", "since" and "missing".

      EXAMPLES
        martlet fields open.flags
        martlet fields file.path
        martlet fields 'process.*uid'
        martlet fields --type open --json

      EXIT STATUS
        0 if a field was found
        1 if none matches
        2 for bad usage or an unknown type
      """)

  @Option(
    help: ArgumentHelp("Only fields that belong to this type of event.", valueName: "type"),
    completion: .list(FieldSearch.eventTypes.map(\.name)))
  var type: String?
  @Flag(help: "One JSON object a line, for programs.")
  var json = false
  @Option(
    help: ArgumentHelp(
      "Write the pages of the reference into this directory.", valueName: "directory", visibility: .hidden))
  var reference: String?
  @Argument(
    help: ArgumentHelp("A name, a part of one, or a pattern.", valueName: "pattern"),
    completion: .custom { _, _, text in FieldSearch.completions(of: text) })
  var pattern: String?

  func run() throws {
    if let reference { return try writePages(to: reference) }
    let fields: [Field]
    do { fields = try FieldSearch.fields(matching: pattern, type: type) } catch {
      complain(error)
      throw ExitCode(error.isUnknownType ? ExitStatus.unusable : ExitStatus.failure)
    }
    let text = FieldText(isColored: isatty(STDOUT_FILENO) == 1 && !hasEnvironment("NO_COLOR"))
    var output = LineOutput()
    if json {
      for field in fields { output.print(text.json(field)) }
    } else if fields.count == 1 {
      for line in text.details(fields[0]) { output.print(line) }
    } else {
      for line in text.table(fields) { output.print(line) }
    }
    output.flush()
  }

  private func writePages(to directory: String) throws {
    for page in FieldReference.pages {
      let path = "\(directory)/\(page.name).md"
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard file >= 0 else {
        complain("\(path): cannot be written")
        throw ExitCode(ExitStatus.unusable)
      }
      write(page.text, to: file)
      close(file)
    }
  }
}
