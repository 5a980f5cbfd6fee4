import Glibc
import Support
import Testing

/// `docs/reference/exit-statuses.md`, held to.
@Suite(.kernel)
struct StatusTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test(
    arguments: ["trace", "record"], [("exit 0", 0), ("exit 3", 3), ("exit 255", 255), ("die 9", 137), ("die 15", 143)])
  func `the status is the command's`(subcommand: String, row: (words: String, status: Int)) throws {
    let command = ["--", Program.actor] + row.words.split(separator: " ").map(String.init)
    let outcome = try Outcome(martlet: [subcommand, "--output", place["output"]] + command)
    #expect(outcome.status == Int32(row.status))
  }

  @Test(arguments: [("missing", Int32(127)), ("plain", 126), ("directory", 126)])
  func `a command that cannot be run is named`(name: String, status: Int32) throws {
    try place.file("plain", "text")
    try place.directory("directory")
    let outcome = try Outcome(martlet: ["trace", "--", place[name]])
    #expect(outcome.status == status)
    #expect(outcome.errors.hasPrefix("martlet: cannot run '\(place[name])': "))
  }

  @Test func `a command is found as a shell finds it`() throws {
    let outcome = try Outcome(martlet: ["trace", "--events", "exec", "--", "true"])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains(#""path":"/usr/bin/true""#))
  }

  @Test func `an output that cannot be written keeps the command from being run`() throws {
    for subcommand in ["trace", "record"] {
      let mark = place["mark-\(subcommand)"]
      let outcome = try Outcome(
        martlet: [subcommand, "--output", "/nonexistent/file", "--", Program.actor, "creat", mark, "0644"])
      #expect(outcome.status == 2)
      #expect(outcome.errors == "martlet: cannot write '/nonexistent/file': No such file or directory\n")
      #expect(unsafe access(mark, F_OK) != 0)
    }
  }

  @Test func `a full disk is told, and the command ends as it would`() throws {
    let outcome = try Outcome(martlet: ["trace", "--output", "/dev/full", "--", Program.actor, "exit", "0"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("martlet: the output ended early: No space left on device\n"))
  }

  @Test func `without privilege one sentence names what is missing, and the command is not run`() throws {
    // A copy, since nobody may not be let into where this was built.
    let martlet = try place.copy(Program.martlet, as: "martlet")
    for subcommand in ["trace", "record"] {
      let mark = place["mark-\(subcommand)"]
      let outcome = try Outcome(of: [
        Program.actor, "as-nobody", martlet, subcommand, "--output", place["output"], "--", Program.actor,
        "creat", mark, "0644",
      ])
      #expect(outcome.status == 77)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.hasPrefix("martlet: tracing needs CAP_BPF and CAP_PERFMON"))
      #expect(unsafe access(mark, F_OK) != 0)
    }
  }
}
