import MartletRules
import Testing

struct RuleTesterTests {
  private static let policy = """
    rules:
      - id: shadow
        expression: open.file.path == "/etc/shadow" && process.uid != 0
      - id: sudo
        expression: exec.file.name == "sudo"
        every: 10s
        actions:
          - set: {name: users, scope: process, append: true, field: process.uid}
          - set: {name: stage, value: 2}
      - id: second
        expression: exec.file.name == "id" && ${stage} == 2
      - id: written
        expression: fim.write.file.path == "/etc/passwd" && process.uid == 0
      - id: windows
        filters: ['os == "windows"']
        expression: open.file.path == "/x"
    """

  private func tester(_ tests: String, keepingCoverage: Bool = false) -> RuleTester {
    RuleTester(
      TestFiles(
        policies: [PolicySource(name: "a.policy", text: Self.policy)],
        tests: [PolicySource(name: "a.test.yaml", text: tests)]),
      for: LoadingConditions(), keepingCoverage: keepingCoverage)
  }

  /// What became of each test, and of the file.
  private func outcomes(_ tests: String) -> [String] {
    let tester = tester(tests)
    let results = tester.tests.map { test in
      switch tester.run(test, replay: { _, _ in }).verdict {
      case .passed: "passed"
      case .failed(let failures): failures.map(\.description).joined(separator: "; ")
      case .skipped(let reason): "skipped: \(reason)"
      case .broken(let reason): "broken: \(reason)"
      }
    }
    return results + tester.mistakes.map { "\($0.position) \($0.message)" }
  }

  private func outcome(_ test: String) -> String { outcomes("tests:\n  - \(test)").joined(separator: "\n") }

  @Test(arguments: [
    ("{name: t, type: open, fields: {open.file.path: /etc/shadow, process.uid: 1}, match: [shadow]}", "passed"),
    ("{name: t, type: open, fields: {open.file.path: /etc/shadow}, match: [shadow]}", "rule 'shadow' does not match"),
    (
      "{name: t, type: open, fields: {open.file.path: /etc/shadow, process.uid: 1}, no_match: shadow}",
      "rule 'shadow' matches"
    ),
    ("{name: t, type: open, match: sudo}", "rule 'sudo' is about exec events"),
    ("{name: t, type: exec, fields: {exec.file.path: /usr/bin/sudo}, match: sudo}", "passed"),
    ("{name: t, type: exec, fields: {process.file.path: /usr/bin/sudo}, match: sudo}", "passed"),
    ("{name: t, type: exec, variables: {stage: 2}, fields: {exec.file.name: id}, match: second}", "passed"),
    (
      "{name: t, type: open, fields: {open.file.path: /etc/passwd, open.flags: O_RDWR|O_CREAT}, match: written}",
      "passed"
    ),
    ("{name: t, type: open, fields: {open.file.path: /etc/passwd}, no_match: written}", "passed"),
    ("{name: t, type: rename, fields: {rename.file.destination.path: /etc/passwd}, match: written}", "passed"),
    (
      "{name: t, type: open, match: windows}",
      "skipped: rule 'windows' did not load: none of its filters holds on this host"
    ),
  ])
  func `one event`(test: String, expected: String) { #expect(outcome(test) == expected) }

  @Test func `events are asked in order, with variables and rate limits`() {
    let sudo = "type: exec, fields: {exec.file.name: sudo}"
    #expect(
      outcome(
        """
        name: t
            events:
              - {type: exec, fields: {exec.file.name: id}, no_match: second}
              - {\(sudo), match: sudo}
              - {type: exec, fields: {exec.file.name: id}, match: second}
              - {\(sudo), after: 9s, no_match: sudo}
              - {\(sudo), after: 2s, match: sudo}
            match: [sudo, second]
        """) == "passed")
    #expect(
      outcome(
        """
        name: t
            events:
              - {\(sudo), match: sudo}
              - {\(sudo), match: sudo}
              - {type: exec, fields: {exec.file.name: id}, no_match: second}
        """) == "rule 'sudo' holds for event 2, but its rate limit keeps the match back; rule 'second' matches event 3")
  }

  @Test(arguments: [
    ("{name: t, type: open, match: shado}", "2:34 no rule is called 'shado'; did you mean 'shadow'?"),
    (
      "{name: t, type: open, fields: {open.file.pth: /x}, match: shadow}",
      "2:36 unknown field 'open.file.pth'; did you mean 'open.file.path'?"
    ),
    (
      "{name: t, type: open, fields: {exec.uid: 1}, match: shadow}",
      "2:36 'exec.uid' belongs to exec events; this one is of type open"
    ),
    (
      "{name: t, type: open, fields: {open.flags: O_FOO}, match: shadow}",
      "2:48 'open.flags' must be an integer, or constants such as O_RDWR|O_CREAT"
    ),
    ("{name: t, type: opn, match: shadow}", "2:21 no event type is called 'opn'; did you mean 'open'?"),
    ("{name: t, type: open, matches: shadow}", "2:27 a test has no key 'matches'; did you mean 'match'?"),
    ("{name: t, type: open}", "2:5 the test expects nothing; give it 'match' or 'no_match'"),
    ("{name: t, match: shadow}", "2:5 a test needs one of 'type', 'events' and 'recording'"),
    ("{type: open, match: shadow}", "2:5 a test needs a name"),
    (
      "{name: t, type: exec, variables: {stag: 1}, match: second}",
      "2:39 no rule sets a variable 'stag'; did you mean 'stage'?"
    ),
    ("{name: t, recording: x, fields: {}, match: shadow}", "2:37 'fields' cannot stand beside 'recording'"),
  ])
  func `a mistake is told with its place`(test: String, expected: String) { #expect(outcome(test) == expected) }

  @Test func `a test with a mistake leaves the others`() {
    #expect(
      outcomes(
        """
        tests:
          - {name: one, type: open, match: nobody}
          - {name: two, type: open, no_match: shadow}
        """) == ["passed", "2:36 no rule is called 'nobody'"])
  }

  @Test func `fields may be shared by anchors`() {
    #expect(
      outcomes(
        """
        tests:
          - {name: one, type: open, fields: &f {open.file.path: /etc/shadow, process.uid: 1}, match: shadow}
          - name: two
            type: open
            fields: {<<: *f, process.uid: 0}
            no_match: shadow
        """) == ["passed", "passed"])
  }

  @Test func `a failure has the explanation of the event that the rule came nearest to`() throws {
    let tester = tester(
      """
      tests:
        - name: t
          events:
            - {type: open, fields: {open.file.path: /etc/shadow}}
            - {type: open, fields: {open.file.path: /x}}
          match: [shadow]
      """)
    guard case .failed(let failures) = tester.run(try #require(tester.tests.first), replay: { _, _ in }).verdict else {
      Issue.record("it passes")
      return
    }
    let explanation = try #require(failures.first?.explanation)
    #expect(explanation.nearness == 1)
    #expect(
      explanation.parts.filter { $0.isDecisive && $0.outline.kind == .test }.map(\.outline.text) == ["process.uid != 0"]
    )
  }

  @Test func `coverage tells which conditions never came out which way`() throws {
    let tester = tester(
      """
      tests:
        - {name: one, type: open, fields: {open.file.path: /etc/shadow, process.uid: 1}, match: shadow}
        - {name: two, type: open, fields: {open.file.path: /etc/shadow}, no_match: shadow}
        - {name: three, type: chmod, fields: {chmod.file.path: /etc/passwd}, no_match: written}
      """, keepingCoverage: true)
    for test in tester.tests { _ = tester.run(test) { _, _ in } }
    let gaps = tester.coverage.gaps.map { "\($0.rule) \($0.position) \($0.text): \($0.description)" }
    #expect(gaps.filter { $0.hasPrefix("shadow") } == ["shadow 3:17 open.file.path == \"/etc/shadow\": never false"])
    #expect(gaps.filter { $0.hasPrefix("sudo") } == ["sudo 5:17 exec.file.name == \"sudo\": never asked"])
    // A rule that stands for eight is covered by all of them together.
    #expect(gaps.filter { $0.hasPrefix("written") } == ["written 13:57 process.uid == 0: never false"])
    #expect(tester.coverage.untested.map(\.rule) == ["sudo", "second"])
  }
}
