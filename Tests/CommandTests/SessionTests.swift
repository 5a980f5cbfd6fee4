import Glibc
import Support
import Testing

/// `martlet session` where nobody watches.
struct SessionTests {
  private func session(_ words: String...) throws -> Outcome { try Outcome(martlet: ["session"] + words) }

  @Test(arguments: [0, 3, 255])
  func `the status is the command's`(status: Int) throws {
    let outcome = try session("--user", "jane", "--", Program.actor, "exit", String(status))
    #expect(outcome.status == Int32(status))
    #expect(outcome.errors == "martlet: no agent watches this process: '\(Program.actor)' runs without a session\n")
  }

  @Test func `the command is found as a shell finds it, in the same process`() throws {
    let outcome = try session("--data", #"{"username":"jane"}"#, "--", "sh", "-c", "echo $$")
    #expect(outcome.status == 0)
    #expect(outcome.text == "\(outcome.pid)\n")
  }

  @Test(arguments: [("/nonexistent", Int32(127)), ("/etc", 126)])
  func `a command that cannot be run is named`(path: String, status: Int32) throws {
    let outcome = try session("--user", "jane", "--", path)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains("martlet: cannot run '\(path)': "))
  }

  @Test(arguments: [
    (["--user", "jane"], "name a command to run"), (["--", "true"], "say who opened the session"),
    (["--user", "jane", "--data", "{}", "--", "true"], "say who opened the session"),
    (["--user", "jane", "--extra", "scopes", "--", "true"], "'scopes' is not NAME=VALUE"),
    (["--user", "jane", "--type", "ssh", "--", "true"], "'ssh' is invalid"),
    (["--user", "", "--", "true"], "the user has no name"),
    (["--data", "{}", "--", "true"], "what --data holds has no 'username'"),
    (["--data", #"{"username":5}"#, "--", "true"], "what --data holds has no 'username'"),
    (["--data", "[]", "--", "true"], "what --data holds is no JSON object"),
    (["--data", #"{"username":"#, "--", "true"], "what --data holds is no JSON object"),
    (["--user", String(repeating: "j", count: 1024), "--", "true"], "the session is too long to be told"),
  ])
  func `what is no session is refused, and nothing is run`(words: [String], message: String) throws {
    let outcome = try Outcome(martlet: ["session"] + words)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(message))
  }
}
