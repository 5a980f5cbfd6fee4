import ArgumentParser
import Glibc
import MartletRules
import MartletSchema
import SECL

/// `martlet why`: shows how a rule comes to its answer about an event.
struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show why a rule matches an event, or why it does not.",
    discussion: """
      RULE is the id of a rule in the policies that --policy names, or an expression. FILE is a recording, or events as \
      JSON, one a line, as martlet trace writes them; - for standard input. INDEX is the number of the event, from 1, as \
      martlet replay lists them. Without it the first event that the rule holds for is shown, or else the one that it \
      comes nearest to. In place of FILE the values of fields may be given, as martlet eval takes them.

      Each part of the expression is shown with its value and with what the fields in it hold; a part that settled the \
      answer alone is marked. JSON tells less than a recording: fields that it does not tell are named.

      EXAMPLES
        martlet why --policy policies/ shadow_read build.records
        martlet why 'open.file.name == "shadow" && process.uid != 0' events.jsonl 3
        martlet why --policy web.policy web_shell --fields event.json

      EXIT STATUS
        0 if the rule holds
        1 if it does not
        2 if the rule or the event cannot be used
      """)

  @Option(
    help: ArgumentHelp("A policy, or a directory of them. Repeatable.", valueName: "path"),
    completion: .file(extensions: ["policy"]))
  var policy: [String] = []
  @Option(help: ArgumentHelp("Field values as JSON in place of an event; - for standard input.", valueName: "file"))
  var fields: String?
  @Option(
    help: ArgumentHelp("With --fields: the event's type; that of the rule, if it is left out.", valueName: "type"))
  var type: String?
  @Option(
    name: .customLong("var"),
    help: ArgumentHelp(
      "With --fields: a variable, as martlet eval takes it. Repeatable.", valueName: "scope.name=value"))
  var variables: [String] = []
  @Flag(help: "One JSON object, for programs.")
  var json = false
  @Flag(help: "Never use colour.")
  var noColor = false
  @Argument(
    help: ArgumentHelp("A rule's id, or an expression.", valueName: "rule"),
    completion: .custom { _, _, text in FieldSearch.completions(of: text) })
  var rule: String
  @Argument(help: ArgumentHelp("A recording, or events as JSON.", valueName: "file"))
  var file: String?
  @Argument(help: ArgumentHelp("The event's number, from 1.", valueName: "index"))
  var index: Int?

  func validate() throws {
    guard (file == nil) != (fields == nil) else { throw ValidationError("Give an event: either FILE or --fields.") }
    guard fields != nil || type == nil && variables.isEmpty else {
      throw ValidationError("--type and --var belong to --fields.")
    }
    if let index, index < 1 { throw ValidationError("Events are counted from 1.") }
  }

  func run() throws {
    do {
      let given = try variables.map(readVariable)
      let inquiry = try inquiry(given.map(\.variable))
      let finding: EventFinding?
      if let fields {
        finding = try EventFinding(inquiry, fields: readFields(of: fields), type: type, variables: given)
      } else {
        finding = try EventFinding.search(inquiry, file: file ?? "-", index: index)
      }
      guard let finding else { return try tellNothing(inquiry) }
      print(json ? text(of: finding.json(rule)) : lines(finding).joined(separator: "\n"))
      if !finding.explanation.holds { throw ExitCode(ExitStatus.failure) }
    } catch let exit as ExitCode {
      throw exit
    } catch let error as CompilationError {
      for diagnostic in error.diagnostics {
        write("error: \(diagnostic.kind.rawValue): \(diagnostic.message)\n", to: STDERR_FILENO)
        write("  at \(diagnostic.excerpt(file: "expression"))\n", to: STDERR_FILENO)
      }
      throw ExitCode(ExitStatus.unusable)
    } catch {
      complain("\(error)")
      throw ExitCode(ExitStatus.unusable)
    }
  }

  // MARK: The rule

  private func inquiry(_ variables: [Variable]) throws -> Inquiry {
    if policy.isEmpty, !isID { return try Inquiry(expression: rule, variables: variables) }
    var conditions = LoadingConditions()
    conditions.host = .running()
    let rules = InspectedRules(try policySources(policy), for: conditions)
    return isID ? try Inquiry(rule: rule, of: rules) : try Inquiry(expression: rule, of: rules)
  }

  /// Whether RULE is an id: a lone word can be nothing else, as an expression names a field.
  private var isID: Bool { rule.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isLetterOrDigit($0) } }

  /// What the answer speaks of.
  private var subject: String { isID ? rule : "the expression" }

  private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  // MARK: The answer

  private func lines(_ finding: EventFinding) -> [String] {
    let inks = Inks(isColored: !noColor && !hasEnvironment("NO_COLOR") && isatty(STDOUT_FILENO) == 1)
    let holds = finding.explanation.holds
    let tree = ExplanationText(inks: inks) { field in finding.tells(field) ? nil : "the event does not tell" }
    let verb = holds ? inks.good("holds for") : inks.bad("does not hold for")
    var lines = ["\(inks.bold(subject)) \(verb) \(printable(finding.description))", ""]
    lines += tree.lines(finding.explanation)
    if !finding.untold.isEmpty {
      let names = finding.untold.map(\.name).joined(separator: ", ")
      lines += ["", "The event does not tell, so that they read as empty or zero: \(names)"]
    }
    return lines
  }

  /// No event is one that the rule is about.
  private func tellNothing(_ inquiry: Inquiry) throws {
    let types = inquiry.eventTypes.sorted()
    if json {
      let object: JSONObject = [
        "rule": .string(rule), "holds": false, "reason": "other-type",
        "event_types": .array(types.map(JSONValue.string)),
      ]
      print(text(of: object))
    } else {
      print("\(subject) does not hold: it is about \(types.joined(separator: ", ")) events, and this is none")
    }
    throw ExitCode(ExitStatus.failure)
  }

  private func text(of object: JSONObject) -> String {
    var writer = JSONWriter()
    writer.value(object)
    return writer.text
  }
}
