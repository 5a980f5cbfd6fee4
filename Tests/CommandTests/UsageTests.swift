import Foundation
import Support
import Testing

/// What a wrong command line is answered with. Nothing is traced.
struct UsageTests {
  @Test(arguments: [
    "nonsense", "trace", "trace --nonsense -- true", "trace --events open,nonsense -- true", "trace --events , -- true",
    "trace --format yaml -- true", "trace --for 5 -- true", "trace --for -- true", "trace --for 0s -- true",
    "trace --for 99999999999999999999s -- true", "trace --buffer 3 -- true", "trace --buffer -1 -- true",
    "trace --no-policy --only-matches -- true", "trace --no-policy --policy x -- true",
    "record -- true", "record -o x", "replay", "replay a b", "validate --nonsense", "eval", "eval --batch x y",
    "eval --batch x --type exec",
  ])
  func `bad usage is told on standard error alone`(line: String) throws {
    let outcome = try Outcome(martlet: line.split(separator: " ").map(String.init))
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("Error: ") && outcome.errors.contains("Usage: martlet"))
    #expect(outcome.status == 2)
  }

  @Test(arguments: ["--help", "trace --help", "record --help", "replay --help", "--version"])
  func `help is no error`(line: String) throws {
    let outcome = try Outcome(martlet: line.split(separator: " ").map(String.init))
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty && outcome.errors.isEmpty)
  }

  @Test(arguments: [
    ["schema"], ["schema", "--format", "markdown"], ["config", "reference"], ["fields"],
    ["replay", "--format", "json", "RECORDING"],
  ])
  func `an output that is full is told`(words: [String]) throws {
    let recording = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/demo.records")
      .path()
    let words = words.map { $0 == "RECORDING" ? recording : $0 }
    let outcome = try Outcome(of: ["/bin/sh", "-c", "exec \"$@\" > /dev/full", "sh", Program.martlet] + words)
    #expect(outcome.status == 2)
    #expect(outcome.errors == "martlet: the output ended early: No space left on device\n")
  }
}
