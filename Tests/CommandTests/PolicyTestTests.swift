import Foundation
import Support
import Testing

/// `martlet policy test`, as a person and as continuous integration use it.
struct PolicyTestTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.file(
      "shells.policy",
      """
      macros:
        - id: SHELLS
          values: [sh, bash]
      rules:
        - id: shell_of_root
          expression: exec.file.name in SHELLS && exec.uid == 0
        - id: script_run
          expression: exec.file.name == "suspicious.sh"
      """)
  }

  private func outcome(_ tests: String, _ arguments: [String] = [], path: String = "shells.policy") throws -> Outcome {
    try place.file("shells.test.yaml", tests)
    return try Outcome(martlet: ["policy", "test", place[path]] + arguments)
  }

  private static let passing = """
    tests:
      - {name: root's shell, type: exec, fields: {exec.file.path: /bin/sh, exec.uid: 0}, match: shell_of_root}
      - {name: another's, type: exec, fields: {exec.file.path: /bin/sh, exec.uid: 5}, no_match: shell_of_root}

    """

  @Test(arguments: ["shells.policy", "shells.test.yaml", ""])
  func `tests beside a policy are found and run`(path: String) throws {
    let outcome = try outcome(Self.passing, path: path)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.prefix(3) == [place["shells.test.yaml"], "  ✓ root's shell", "  ✓ another's"])
    #expect(outcome.text.contains("2 tests in 1 file: 2 passed"))
    #expect(outcome.text.contains("1 of 2 rules without a test:\n  \(place["shells.policy"]):7:9: script_run"))
  }

  @Test func `a failing test says which part of the rule decided`() throws {
    let outcome = try outcome(
      """
      tests:
        - {name: any shell, type: exec, fields: {exec.file.path: /bin/sh, exec.uid: 5}, match: shell_of_root}
      """)
    #expect(outcome.status == 1)
    #expect(
      outcome.text.contains(
        """
          ✗ any shell  \(place["shells.test.yaml"]):2
              rule 'shell_of_root' does not match
                ✗ all of
                ├ ✓ exec.file.name in SHELLS    exec.file.name is "sh"
                └ ✗ exec.uid == 0  ← decides    exec.uid is 5
        """))
  }

  @Test func `a recording is a test, and an event of it counts`() throws {
    let recording = Fixtures.directory.appending(path: "demo.records").path()
    let tests = """
      tests:
        - {name: the demo, recording: \(recording), match: script_run}
        - {name: the demo again, recording: \(recording), no_match: script_run}
        - {name: no recording, recording: nowhere.records, match: script_run}
      """
    let outcome = try outcome(tests, ["--json"])
    #expect(outcome.status == 2)
    let objects = try outcome.text.split(separator: "\n").map { try JSON(Array($0.utf8)) }
    expect(objects[0]["status"], "passed")
    expect(objects[1]["status"], "failed")
    expect(objects[1]["failures"][0]["explanation"]["expression"]["text"], "exec.file.name == \"suspicious.sh\"")
    expect(objects[2]["status"], "error")
    expect(objects[3]["kind"], "summary")
  }

  @Test func `JUnit XML has every test`() throws {
    let failing = "  - {name: \"<a> & b\", type: exec, fields: {exec.uid: 5}, match: shell_of_root}\n"
    let outcome = try outcome(Self.passing + failing, ["--junit", place["results.xml"], "--quiet"])
    #expect(outcome.status == 1 && !outcome.text.contains("root's shell"))
    let xml = try String(contentsOfFile: place["results.xml"], encoding: .utf8)
    #expect(xml.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
    #expect(xml.contains("\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"))
    #expect(xml.contains(" name=\"root's shell\" ") && xml.contains(" name=\"&lt;a&gt; &amp; b\" "))
    #expect(xml.contains("<failure message=\"rule 'shell_of_root' does not match\">✗ all of\n"))
  }

  @Test func `coverage names the conditions that did not come out both ways`() throws {
    let outcome = try outcome(Self.passing, ["--coverage"])
    #expect(outcome.status == 0)
    let policy = place["shells.policy"]
    #expect(outcome.text.contains("  \(policy):6:17: shell_of_root: never false: exec.file.name in SHELLS\n"))
    #expect(outcome.text.contains("  \(policy):8:17: script_run: never true: the rule\n"))
    #expect(!outcome.text.contains("exec.uid == 0"))
  }

  @Test(arguments: [
    (
      "tests:\n  - {name: t, type: exec, match: shell_of_rot}",
      ":2:34: error: no rule is called 'shell_of_rot'; did you mean"
    ),
    ("tests: 3", ":1:8: error: 'tests' must be a list"), ("tests: [", ":2:1: error: "),
    ("", ":1:1: error: the file is empty"),
  ])
  func `what cannot be used is told with its place`(tests: String, message: String) throws {
    let outcome = try outcome(tests)
    #expect(outcome.status == 2)
    #expect(outcome.errors.hasPrefix(place["shells.test.yaml"] + message))
  }

  @Test func `without tests there is nothing to run`() throws {
    let outcome = try Outcome(martlet: ["policy", "test", place["shells.policy"]])
    #expect(outcome.status == 2 && outcome.errors.hasPrefix("martlet: no tests at "))
  }

  private let policies = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "policies").path()

  @Test func `our own rules load without a warning`() throws {
    let outcome = try Outcome(martlet: ["policy", "check", "--strict", policies])
    #expect(outcome.status == 0, "\(outcome.text)")
  }

  @Test func `our own rules do what their tests say, each of them`() throws {
    let outcome = try Outcome(martlet: ["policy", "test", policies])
    #expect(outcome.status == 0, "\(outcome.text)")
    #expect(outcome.text.contains(" passed (") && !outcome.text.contains("without a test"), "\(outcome.text)")
  }
}
