import Foundation
import Support
import Testing

/// `martlet fields`, as a person and as a script use it.
struct FieldsTests {
  @Test func `a pattern lists a line for each field`() throws {
    let outcome = try Outcome(martlet: ["fields", "capset."])
    #expect(
      outcome.text == """
        capset.cap_effective  int       Capabilities now in force, one bit each.
        capset.cap_permitted  int       Capabilities that may now be put in force, one bit each.

        """)
    #expect(outcome.status == 0)
  }

  @Test func `a name tells all of its field`() throws {
    let text = try Outcome(martlet: ["fields", "exit.cause"]).text
    #expect(text.hasPrefix("exit.cause  int\nHow it ended.\n"))
    #expect(text.contains("COREDUMPED = 1"))
  }

  @Test func `every line of --json is an object`() throws {
    let outcome = try Outcome(martlet: ["fields", "--json"])
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count > 2_000)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["name"] is String && object?["type"] is String && object?["description"] is String)
    }
  }

  @Test(
    arguments: [
      (["opn.flags"], "martlet: no field matches 'opn.flags'; did you mean 'open.flags'?\n", 1),
      (["--type", "opne"], "martlet: unknown event type 'opne'; did you mean 'open'?\n", 2),
    ] as [([String], String, Int32)])
  func `what is not found gets a suggestion`(arguments: [String], message: String, status: Int32) throws {
    let outcome = try Outcome(martlet: ["fields"] + arguments)
    #expect(outcome.errors == message && outcome.output.isEmpty)
    #expect(outcome.status == status)
  }
}
