import ArgumentParser
import Glibc
import MartletAgent
import MartletRules
import MartletSchema
import SECL

/// `martlet policy check`: loads policies and tells what is wrong with them.
struct PolicyCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check policies: what does not load, and what loads and is probably not meant so.",
    discussion: """
      Loads all policies together, as the agent would: files of a directory that end in .policy, default.policy first \
      and the others by name. Each mistake is shown in its file, with a ^ under its place; then comes a line for each \
      policy. Warnings are about rules that can never be true or ask the same as another, definitions that change \
      nothing, macros and variables that nobody uses, and keys that nobody reads.

      EXAMPLES
        martlet policy check policies/
        martlet policy check web.policy --rules
        martlet policy check /etc/martlet/policies --json --strict

      EXIT STATUS
        0 if every rule loads or is filtered; with --strict, if there are no warnings either
        1 if something is wrong with a policy
        2 if a path cannot be read
      """)

  @Argument(help: ArgumentHelp("Policies, or directories of them.", valueName: "path"))
  var paths: [String]
  @Flag(help: "One JSON object, for programs.")
  var json = false
  @Flag(help: "Show what became of each rule.")
  var rules = false
  @Flag(help: "Let warnings fail too.")
  var strict = false
  @Option(
    help: ArgumentHelp("The version that version constraints are held against.", valueName: "version"),
    transform: { text in
      guard let version = AgentVersion(text) else { throw ValidationError("'\(text)' is no version such as 7.74.0") }
      return version
    })
  var agentVersion = AgentVersion.compatible
  @Flag(help: "Never use colour.")
  var noColor = false

  func run() throws {
    let sources: [PolicySource]
    do { sources = try PolicySource.read(paths) } catch {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
    var conditions = LoadingConditions.thisHost
    conditions.agentVersion = agentVersion
    conditions.absentTypes = Diagnosis.absentEvents()
    let report = RuleSet.check(sources, for: conditions)
    if json { printObject(report) } else { printTable(report) }
    let isFine = report.errors == 0 && (!strict || report.warnings == 0)
    if !isFine { throw ExitCode(ExitStatus.failure) }
  }

  // MARK: For people

  private func printTable(_ report: LoadReport) {
    let isColored = !noColor && !hasEnvironment("NO_COLOR") && isatty(STDOUT_FILENO) == 1
    for diagnostic in report.diagnostics where diagnostic.severity != .note {
      let severity =
        isColored
        ? (diagnostic.severity == .error ? "\u{1b}[1;31m" : "\u{1b}[33m") + diagnostic.severity.rawValue + "\u{1b}[0m"
        : diagnostic.severity.rawValue
      let message = printable(diagnostic.message)
      print("\(printable(diagnostic.file)):\(diagnostic.position): \(severity): \(message) [\(diagnostic.kind.name)]")
      if !diagnostic.excerpt.isEmpty { print(printable(diagnostic.excerpt)) }
    }
    if !report.diagnostics.allSatisfy({ $0.severity == .note }) { print("") }
    printRows(
      [["POLICY", "VERSION", "STATUS", "LOADED", "FILTERED", "REJECTED"]]
        + report.policies.map { policy in
          let rules = policy.rules
          let counts = [
            rules.count { $0.status == .loaded }, rules.count { $0.status == .filtered },
            rules.count { $0.status != .loaded && $0.status != .filtered },
          ]
          return [policy.name, policy.version, policy.status.rawValue] + counts.map(String.init)
        })
    if rules { printRules(report) }
    print("\n\(summary(report))")
    for line in notes(report) { print(line) }
  }

  private func printRules(_ report: LoadReport) {
    for policy in report.policies where !policy.rules.isEmpty {
      print("\n\(printable(policy.name))")
      printRows(policy.rules.map { ["  \($0.id)", $0.status.rawValue, $0.message] })
    }
  }

  private func printRows(_ rows: [[String]]) {
    let rows = rows.map { $0.map(printable) }
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      print(line)
    }
  }

  private func summary(_ report: LoadReport) -> String {
    func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    return "\(counted(report.loadedRules, "rule")) loaded, \(counted(report.errors, "error")), "
      + counted(report.warnings, "warning")
  }

  /// What there is to know of rules that load, each said once with the number of rules.
  private func notes(_ report: LoadReport) -> [String] {
    let notes = report.diagnostics.filter { $0.severity == .note }
    let counts = Dictionary(notes.map { ($0.message, 1) }, uniquingKeysWith: +)
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "\($0.value) \($0.value == 1 ? "rule" : "rules"): \(printable($0.key))"
    }
  }

  // MARK: For programs

  private func printObject(_ report: LoadReport) {
    var object = report.json
    object["diagnostics"] = .array(
      report.diagnostics.map { diagnostic in
        .object([
          "file": .string(diagnostic.file), "line": .integer(JSONInteger(diagnostic.position.line)),
          "column": .integer(JSONInteger(diagnostic.position.column)),
          "severity": .string(diagnostic.severity.rawValue), "kind": .string(diagnostic.kind.name),
          "message": .string(diagnostic.message),
        ])
      })
    object["errors"] = .integer(JSONInteger(report.errors))
    object["warnings"] = .integer(JSONInteger(report.warnings))
    var writer = JSONWriter()
    writer.value(object)
    print(writer.text)
  }
}
