import ArgumentParser
import MartletAgent
import MartletModel
import MartletRules
import MartletSchema

/// `martlet policy filters`: what the kernel leaves out with these policies, and which rules make it let more through.
struct PolicyFilters: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "Show what the kernel leaves out with these policies, and what each rule makes it let through.",
    discussion: """
      An event that no rule can hold for makes no record: the kernel compares what it has at hand, numbers of the call and \
      names of the file, with what the rules of the event's type need. A rule that needs none of these has all events of \
      its type recorded. With a recording, the events of it that get through are counted.

      EXAMPLES
        martlet policy filters
        martlet policy filters policies/ --type open
        martlet policy filters web.policy --recording demo.records --json

      EXIT STATUS
        0 if the policies can be read
        2 if a path cannot be read or the recording cannot be used
      """)

  @Argument(
    help: ArgumentHelp("Policies, or directories of them. Default: Martlet's own rule pack.", valueName: "path"))
  var paths: [String] = []
  @Option(help: ArgumentHelp("Show only this type of event.", valueName: "type"))
  var type: String?
  @Option(help: ArgumentHelp("Count what gets through of this recording.", valueName: "file"))
  var recording: String?
  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    var conditions = LoadingConditions()
    conditions.host = .running()
    conditions.producedTypes = Set(EventType.allCases.map(\.name))
    let review: FilterReview
    do {
      let rules = RuleSet.load(try policySources(paths), for: conditions).0
      review = try FilterReview(FilterPlan(rules), recording: recording)
    } catch let error as PolicyPathError {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    } catch let error as RecordingError {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
    let types = EventType.allCases.filter { review.plan.filters[$0] != nil && (type ?? $0.name) == $0.name }
    if json { printObject(types, review) } else { for type in types { printTable(type, review) } }
  }

  private func printTable(_ type: EventType, _ review: FilterReview) {
    let passed = review.counts[type].map { ": \($0.passed) of \($0.seen) get through" } ?? ""
    print("\(type.name)\(passed)\(review.isWhole(type) ? ", for the rules marked with !" : "")")
    for (row, count) in review.rows(of: type) {
      print("  \(row.takesAll ? "!" : " ") \(printable(row.rule.id))\(count.map { "  \($0)" } ?? "")")
      for need in row.needs.isEmpty ? ["nothing: it never holds"] : row.needs.map(\.description).sorted() {
        print("      \(printable(need))")
      }
    }
  }

  private func printObject(_ types: [EventType], _ review: FilterReview) {
    var object = JSONObject()
    for type in types {
      var entry: JSONObject = ["filtered": .bool(!review.isWhole(type))]
      if let count = review.counts[type] {
        entry["events"] = .integer(JSONInteger(count.seen))
        entry["passed"] = .integer(JSONInteger(count.passed))
      }
      entry["rules"] = .array(
        review.rows(of: type).map { row, count in
          var rule: JSONObject = [
            "id": .string(row.rule.id), "needs": .array(row.needs.map(\.description).sorted().map { .string($0) }),
          ]
          if let count { rule["passed"] = .integer(JSONInteger(count)) }
          return .object(rule)
        })
      object[type.name] = .object(entry)
    }
    var writer = JSONWriter()
    writer.value(object)
    print(writer.text)
  }
}
