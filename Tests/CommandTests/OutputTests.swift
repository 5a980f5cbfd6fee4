import Foundation
import Glibc
import Support
import Testing

@Suite(.kernel)
struct OutputTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// There numbers of processes are others than those that probes tell.
  @Test(arguments: [["trace", "--no-policy"], ["record", "-o", "/dev/null"]])
  func `in a pid namespace of its own nothing is watched, and it says so`(words: [String]) throws {
    let unshare = ["/usr/bin/unshare", "-pf", "--kill-child", "--mount-proc"]
    let outcome = try Outcome(of: unshare + [Program.martlet] + words + ["--", "/bin/true"])
    #expect(outcome.status == 77 && outcome.errors.contains("needs the host's pid namespace"))
    let doctor = try Outcome(of: unshare + [Program.martlet, "doctor"])
    #expect(doctor.status != 0 && doctor.text.contains("needs the host's pid namespace"))
  }

  @Test func `into a pipe or a file go JSON lines`() throws {
    let outcome = try Outcome(martlet: ["trace", "--", Program.actor, "nothing"])
    let lines = outcome.output.split(separator: 0x0a)
    #expect(lines.count >= 3)
    for line in lines { #expect(try !JSON(line)["evt"].isAbsent) }
  }

  @Test(arguments: [
    (["--events", "exec"], ["exec"]), (["--events", "exit,exec"], ["exec", "exit"]), (["--events", "setuid"], []),
    (["--events", "fork"], ["fork"]),
  ])
  func `only the types that are asked for are shown`(options: [String], types: [String]) throws {
    let path = try place.file("file")
    let trace = try Trace(["fork", path], options: options)
    #expect(Set(trace.events.compactMap(\.["evt"]["name"].string)) == Set(types))
    let shown = types.map { "\(trace.events($0).count) \($0)" }
    #expect(shown.allSatisfy { trace.summary.contains($0) }, "\(trace.summary)")
  }

  @Test func `the last line counts the events and what was lost, and what it cost`() throws {
    let trace = try Trace(["exit", "0"])
    let opens = trace.events("open").count
    #expect(
      trace.summary.hasPrefix("martlet: \(opens + 2) events: \(opens) open, 1 exec, 1 exit · 0 lost · "),
      "\(trace.summary)")
    #expect(trace.summary.contains(/· [0-9.]+ MiB peak · probes [0-9.]+ ms · agent [0-9.]+ ms$/), "\(trace.summary)")
  }

  /// What `martlet` shows on a terminal.
  private func onTerminal(_ options: [String], environment: [String] = []) throws -> String {
    let terminal = try Terminal()
    let martlet = try Program(
      [Program.martlet, "trace"] + options + ["--", Program.actor, "nothing"],
      environment: Program.environment + environment, terminal: terminal.path)
    let text = try terminal.text(until: { _ in (try? martlet.hasEnded()) ?? true })
    #expect(try martlet.wait() == 0)
    return text
  }

  @Test func `a terminal gets lines for eyes, in colour`() throws {
    let text = try onTerminal([])
    #expect(text.contains("exec") && text.contains("/debug/actor") && !text.contains(#"{"agent""#))
    #expect(text.contains("\u{1b}["))
  }

  @Test(arguments: [(["--no-color"], []), ([], ["NO_COLOR=1"]), (["--format", "pretty", "--no-color"], [String]())])
  func `colours stay away where they are not wanted`(options: [String], environment: [String]) throws {
    let text = try onTerminal(options, environment: environment)
    #expect(text.contains("exec"))
    #expect(!text.contains("\u{1b}["))
  }

  @Test func `a reader that goes away does not change the command's status`() throws {
    let pipe = try NamedPipe()
    let command = ["/bin/sh", "-c", "/bin/true; /bin/true; exit 3"]
    let martlet = try Program([Program.martlet, "trace", "--"] + command, output: pipe.path)
    pipe.close()
    #expect(try martlet.wait() == 3)
    #expect(martlet.errors.contains(" 0 lost ") && martlet.errors.split(separator: "\n").count == 1)
  }
}
