import Foundation
import Support
import Testing

/// `martlet why`, on each kind of event that it takes.
struct WhyTests {
  private let place: Workplace
  private let demo = Fixtures.directory.appending(path: "demo.records").path()

  init() throws {
    place = try Workplace()
    try place.file(
      "a.policy",
      """
      rules:
        - id: started
          expression: exec.file.name == "suspicious.sh"
          actions: [{set: {name: stage, value: 1}}]
        - id: reads_passwd
          expression: open.file.path == "/etc/passwd" && ${stage} == 1
      """)
  }

  @Test func `a rule that holds for an event of a recording is explained`() throws {
    let outcome = try Outcome(martlet: ["why", "--policy", place["a.policy"], "reads_passwd", demo])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.text.hasPrefix("reads_passwd holds for event "))
    #expect(outcome.text.contains("├ ✓ open.file.path == \"/etc/passwd\"    open.file.path is \"/etc/passwd\"\n"))
    // What a rule remembers of the events before.
    #expect(outcome.text.contains("└ ✓ ${stage} == 1    ${stage} is 1\n"))
  }

  @Test func `a rule that does not hold is explained the same`() throws {
    let rule = "exec.file.name == \"suspicious.sh\" && exec.uid == 5 && exec.gid == 0"
    let outcome = try Outcome(martlet: ["why", rule, demo, "1"])
    #expect(outcome.status == 1)
    #expect(
      outcome.text.hasPrefix("the expression does not hold for event 1 of \(demo), of type exec, by suspicious.sh"))
    #expect(outcome.text.contains("├ ✗ exec.uid == 5  ← decides    exec.uid is 0\n"))
    #expect(outcome.text.contains("└ ✓ exec.gid == 0  (not asked)    exec.gid is 0\n"))
  }

  @Test func `events as JSON are read back, and what they do not tell is named`() throws {
    let events = try Outcome(martlet: ["replay", "--format", "json", demo])
    try place.file("events.jsonl", events.text)
    let rule = "exec.file.name == \"suspicious.sh\" && process.auid == 0 && process.parent.file.name != \"\""
    let outcome = try Outcome(martlet: ["why", "--json", rule, place["events.jsonl"]])
    #expect(outcome.status == 0)
    let answer = try JSON(outcome.output)
    expect(answer["event"], 1)
    expect(answer["holds"], true)
    expect(answer["untold"][0], "process.auid")
    expect(answer["expression"]["parts"][2]["parts"][0]["value"], "martlet")
  }

  @Test(arguments: [("5", 0), ("6", 1)])
  func `values of fields do as well as an event`(uid: String, status: Int32) throws {
    try place.file("fields.json", "{\"exec.uid\": \(uid)}")
    let outcome = try Outcome(martlet: [
      "why", "exec.uid == ${limit}", "--fields", place["fields.json"], "--var", "limit=5",
    ])
    #expect(outcome.status == status)
    #expect(outcome.text.contains("exec.uid is \(uid), ${limit} is 5"))
  }

  @Test func `an event of another type is told`() throws {
    let outcome = try Outcome(martlet: ["why", "chmod.retval == 0", demo, "1"])
    #expect(outcome.status == 1)
    #expect(outcome.text == "the expression does not hold: it is about chmod events, and this is none\n")
  }

  @Test(arguments: [
    (["why", "exec.com == 1", "-"], "error: field-not-found: "),
    (
      ["why", "shadow_file_raed", "-"],
      "martlet: no rule is called 'shadow_file_raed'; did you mean 'shadow_file_read'?"
    ),
    (["why", "exec.uid == 0", "/nonexistent"], "martlet: cannot read '/nonexistent'"),
    (["why", "exec.uid == 0", "/dev/null"], "martlet: /dev/null has no events"),
    (["why", "exec.uid == 0", "/etc/hostname"], "martlet: /etc/hostname:1: "), (["why", "exec.uid == 0"], "Error: "),
  ])
  func `what cannot be used is told`(arguments: [String], message: String) throws {
    let outcome = try Outcome(martlet: arguments)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix(message))
  }

  @Test func `without a policy the rules are our own`() throws {
    let outcome = try Outcome(martlet: ["why", "shadow_file_read", demo])
    #expect(outcome.status == 0 && outcome.text.contains("/etc/shadow"), "\(outcome.text)")
  }

  @Test func `an index behind the last event is told`() throws {
    let outcome = try Outcome(martlet: ["why", "exec.uid == 0", demo, "100000"])
    #expect(outcome.status == 2 && outcome.errors.contains("there is no event 100000"))
  }

  @Test func `a rule that is not there is told, with one that is`() throws {
    let outcome = try Outcome(martlet: ["why", "--policy", place["a.policy"], "startd", demo])
    #expect(outcome.status == 2 && outcome.errors == "martlet: no rule is called 'startd'; did you mean 'started'?\n")
  }
}
