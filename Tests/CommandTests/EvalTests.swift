import Foundation
import Support
import Testing

/// `martlet eval`, as a person and as a script use it.
struct EvalTests {
  @Test(arguments: [
    ("exec.comm == \"ls\"", "true\n", 0), ("exec.comm == \"cat\"", "false\n", 1),
    ("${stage} == 2 && exec.comm == \"ls\"", "true\n", 0),
    ("${process.who} in [ ~\"r*\" ] && exec.uid == 0", "true\n", 0),
  ])
  func `the answer is on standard output and in the status`(rule: String, output: String, status: Int32) throws {
    let place = try Workplace()
    try Data("{\"exec.comm\": \"ls\"}".utf8).write(to: URL(filePath: place["fields.json"]))
    let outcome = try Outcome(martlet: [
      "eval", "--type", "exec", "--fields", place["fields.json"], "--var", "stage=2", "--var", "process.who=root", rule,
    ])
    #expect(outcome.text == output && outcome.errors.isEmpty)
    #expect(outcome.status == status)
  }

  @Test(arguments: [
    ("exec.com == 1", "error: field-not-found: unknown field 'exec.com'; did you mean 'exec.comm'?\n"),
    ("exec.comm == 3", "error: type: string expected, found int\n"),
    ("", "error: syntax: unexpected end of the expression\n"),
  ])
  func `what cannot be compiled is told with its kind`(rule: String, message: String) throws {
    let outcome = try Outcome(martlet: ["eval", rule])
    #expect(outcome.errors.hasPrefix(message) && outcome.output.isEmpty)
    #expect(outcome.status == 2)
  }

  @Test func `a type that does not exist is told with the one that was meant`() throws {
    let outcome = try Outcome(martlet: ["eval", "--type", "opne", "open.flags == 0"])
    #expect(outcome.errors.contains("no event type is called 'opne'; did you mean 'open'?"))
    #expect(outcome.status == 2)
    #expect(try Outcome(martlet: ["eval", "--type", "fork", "open.flags == 0"]).status == 1)
  }

  @Test func `a batch has a line for each case`() throws {
    let place = try Workplace()
    let cases = """
      {"type": "exec", "fields": {"exec.uid": 0}, "expr": "exec.uid == 0"}
      {"expr": "exec.created_at < 5s", "fields": {"exec.created_at": 1}, "now": 9000000000}

      {"expr": "exec.uid =="}
      {"expr": "exec.uid in M && ${v}", "macros": [{"id": "M", "expression": "[ 0 ]"}], \
      "variables": {"v": {"type": "bool", "value": true}}}
      nonsense
      """
    try Data(cases.utf8).write(to: URL(filePath: place["cases.jsonl"]))
    let outcome = try Outcome(martlet: ["eval", "--batch", place["cases.jsonl"]])
    #expect(outcome.text == "true\nfalse\nerror:syntax\ntrue\nerror:input\n")
    #expect(outcome.errors.hasPrefix("martlet: line 6: "))
    #expect(outcome.status == 2)
  }

  @Test(arguments: [
    ["--fields", "/nonexistent", "exec.uid == 0"], ["--var", "x", "exec.uid == 0"], ["--batch", "/nonexistent"],
  ])
  func `an input that cannot be used is told`(arguments: [String]) throws {
    let outcome = try Outcome(martlet: ["eval"] + arguments)
    #expect(outcome.errors.hasPrefix("martlet: ") && outcome.output.isEmpty)
    #expect(outcome.status == 2)
  }
}
