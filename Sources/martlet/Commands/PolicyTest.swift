import ArgumentParser
import Glibc
import MartletAgent
import MartletModel
import MartletRules
import MartletSchema
import SECL

/// `martlet policy test`: runs the tests that stand beside policies.
struct PolicyTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Test policies: events, and the rules that must and must not match them.",
    discussion: """
      Tests stand in NAME.test.yaml beside NAME.policy. PATH is a policy, whose tests are run; a directory, of which all \
      policies are loaded together and all tests run; or a file of tests, which is run with all policies beside it. Each \
      test starts with variables and rate limits as if nothing had happened. Of a test that fails it is told which part \
      of the rule decided.

      EXAMPLES
        martlet policy test policies/
        martlet policy test policies/web.test.yaml --coverage
        martlet policy test policies/ --quiet --junit results.xml

      EXIT STATUS
        0 if every test passes
        1 if one fails
        2 if a policy or a test cannot be used, or there are no tests
      """)

  @Argument(help: ArgumentHelp("Policies, files of tests, or directories of both.", valueName: "path"))
  var paths: [String]
  @Flag(help: "Show the conditions of rules that did not come out both true and false.")
  var coverage = false
  @Option(help: ArgumentHelp("Write the results to FILE as JUnit XML, too.", valueName: "file"))
  var junit: String?
  @Flag(help: "One JSON object a line, for programs: a test each, then a summary.")
  var json = false
  @Flag(help: "Show only tests that fail.")
  var quiet = false
  @Flag(help: "Never use colour.")
  var noColor = false

  func run() throws {
    let files: TestFiles
    do { files = try TestFiles(at: paths) } catch {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
    var conditions = LoadingConditions()
    conditions.host = .running()
    let tester = RuleTester(files, for: conditions, keepingCoverage: coverage)
    let mistakes = tester.rules.report.diagnostics.filter { $0.severity == .error } + tester.mistakes
    for mistake in mistakes { tell(mistake) }
    guard !tester.tests.isEmpty || !mistakes.isEmpty else {
      complain("no tests at \(paths.joined(separator: ", ")): they stand in NAME.test.yaml beside NAME.policy")
      throw ExitCode(ExitStatus.unusable)
    }
    let report = runTests(of: tester, files: files, mistakes: mistakes.count)
    if !mistakes.isEmpty || report.counts.broken > 0 { throw ExitCode(ExitStatus.unusable) }
    if report.counts.failed > 0 { throw ExitCode(ExitStatus.failure) }
  }

  private var isColored: Bool { !noColor && !hasEnvironment("NO_COLOR") && isatty(STDOUT_FILENO) == 1 }

  private func runTests(of tester: RuleTester, files: TestFiles, mistakes: Int) -> TestReport {
    let start = Moment.now
    var report = TestReport(inks: Inks(isColored: isColored), isQuiet: quiet)
    var xml = JUnitReport()
    var output = LineOutput()
    var progress = TestProgress(total: tester.tests.count)
    for (number, test) in tester.tests.enumerated() {
      progress.show(number)
      let testStart = Moment.now
      let result = tester.run(test, replay: Self.replay)
      xml.add(result, duration: Moment.now - testStart)
      report.add(result)
      if json { output.print(Self.line(result.json)) } else { for line in report.lines(result) { output.print(line) } }
    }
    progress.clear()
    if json {
      output.print(Self.line(report.summaryObject(tester.coverage, withGaps: coverage, mistakes: mistakes)))
    } else {
      if coverage { for line in report.coverageLines(tester.coverage) { output.print(line) } }
      let summary = report.summary(files: files.tests.count, coverage: tester.coverage, duration: Moment.now - start)
      for line in summary { output.print(line) }
    }
    output.flush()
    if let junit { save(xml.text, to: junit) }
    return report
  }

  private static func replay(_ path: String, _ deliver: (Event, any FileInspector) -> Void) throws {
    try MartletAgent.Replay.run(path: path) { entry in
      if case .event(let event, let files) = entry { deliver(event, files) }
    }
  }

  private static func line(_ object: JSONObject) -> String {
    var writer = JSONWriter()
    writer.value(object)
    return writer.text
  }

  /// Tells what is wrong with a policy or a file of tests.
  private func tell(_ mistake: PolicyDiagnostic) {
    guard !json else {
      let object: JSONObject = [
        "kind": "error", "file": .string(mistake.file), "line": .integer(JSONInteger(mistake.position.line)),
        "column": .integer(JSONInteger(mistake.position.column)), "message": .string(mistake.message),
      ]
      return write(Self.line(object) + "\n", to: STDOUT_FILENO)
    }
    let excerpt = mistake.excerpt.isEmpty ? "" : printable(mistake.excerpt) + "\n"
    write(
      "\(printable(mistake.file)):\(mistake.position): error: \(printable(mistake.message))\n\(excerpt)",
      to: STDERR_FILENO)
  }

  private func save(_ text: String, to path: String) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      complain("cannot write '\(path)': \(unsafe String(cString: strerror(errno)))")
      Glibc.exit(ExitStatus.unusable)
    }
    write(text, to: file)
    close(file)
  }
}

/// A line on standard error that tells how many tests have been run, if a person is watching a long run.
private struct TestProgress: ~Copyable {
  private let total: Int
  private let isWatched = isatty(STDERR_FILENO) == 1
  private var nextUpdate = Moment.now + .seconds(1)
  private var isShown = false

  init(total: Int) { self.total = total }

  mutating func show(_ done: Int) {
    guard isWatched, Moment.now >= nextUpdate else { return }
    write("\r\u{1b}[K\(done) of \(total) tests", to: STDERR_FILENO)
    nextUpdate = Moment.now + .milliseconds(200)
    isShown = true
  }

  mutating func clear() {
    if isShown { write("\r\u{1b}[K", to: STDERR_FILENO) }
    isShown = false
  }
}
