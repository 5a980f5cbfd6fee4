import Foundation
import Glibc
import Support
import Testing

/// `martlet top` and `martlet watch` on a terminal, over an agent that watches a cgroup of the test's.
@Suite(.kernel)
struct TerminalScreenTests {
  private let agent: Agent
  private let terminal: Terminal

  init() throws {
    let policies = try Workplace()
    let policy = try policies.file(
      "own.policy",
      """
      rules:
        - {id: odd_program, description: Something odd, expression: exec.argv == "odd", tags: {severity: high}}
      """)
    agent = try Agent(["--no-own-rules", "--policy", policy, "--set", "policies.watch=false"])
    terminal = try Terminal()
    try terminal.resize(columns: 100, rows: 30)
  }

  /// A screen of ours on the terminal, and what is drawn there.
  private final class Session {
    let program: Program
    let terminal: Terminal
    var drawn = DrawnScreen(columns: 100, rows: 30)

    init(_ command: [String], _ agent: Agent, _ terminal: Terminal, environment: [String]) throws {
      self.terminal = terminal
      program = try Program(
        [Program.martlet] + command + ["--socket", agent.socket],
        environment: Program.environment + ["TERM=xterm", "TZ=UTC"] + environment, terminal: terminal.path)
    }

    /// Waits until `condition` holds for what is drawn.
    func wait(for what: String, _ condition: (DrawnScreen) -> Bool) throws {
      do {
        try Program.wait {
          try drawn.take(terminal.text(until: { _ in true }))
          return condition(drawn)
        }
      } catch { throw Failure("there never was \(what); there is\n\(drawn.text)") }
    }

    func wait(for text: String) throws { try wait(for: "'\(text)'") { $0.text.contains(text) } }

    /// Waits for its end; the terminal must be as it was.
    func expectEnd(status: Int32) throws {
      try Program.wait {
        try drawn.take(terminal.text(until: { _ in true }))
        return try program.hasEnded()
      }
      try drawn.take(terminal.text(until: { _ in true }))
      #expect(try program.wait() == status)
      #expect(!drawn.isAlternate && drawn.showsCursor)
      #expect(terminal.isCooked)
    }
  }

  private func session(_ command: [String], environment: [String] = ["LANG=C.UTF-8"]) throws -> Session {
    let session = try Session(command, agent, terminal, environment: environment)
    try session.wait(for: "fine")
    #expect(session.drawn.isAlternate && !session.drawn.showsCursor && !terminal.isCooked)
    return session
  }

  @Test func `watch shows events and threats, opens one, says why, and filters`() throws {
    let session = try session(["watch"])
    try agent.watches(["/bin/true", "even"])
    try agent.watches(["/bin/true", "odd"])
    try session.wait(for: "▲ high odd_program Something odd")
    #expect(session.drawn.lines.contains { $0.hasSuffix("/bin/true odd < sh") || $0.contains("/bin/true odd") })
    try terminal.type("\r")
    try session.wait(for: "├─ arguments        /bin/true odd")
    try terminal.type("w")
    try session.wait(for: "odd_program holds:")
    try session.wait(for: "exec.argv == \"odd\"")
    try terminal.type("q")
    try session.wait(for: "none so far") { !$0.text.contains("holds:") && $0.text.contains("THREATS") }
    try terminal.type("/exec.argv == \"third\"\r")
    try session.wait(for: "EVENTS where exec.argv == \"third\"")
    try agent.watches(["/bin/true", "fourth"])
    try agent.watches(["/bin/true", "third"])
    try session.wait(for: "/bin/true third")
    #expect(!session.drawn.text.contains("/bin/true fourth"))
    #expect(session.drawn.text.contains("▲ high odd_program"))
    try terminal.type("/x\r")
    try session.wait(for: "filter:1:")
    try terminal.type("\u{3}")
    try session.expectEnd(status: 0)
  }

  @Test func `top shows what happens, sorts, follows the size, and quits`() throws {
    let session = try session(["top"])
    let busy = try Program(
      agent.cgroup.inside([
        "/bin/sh", "-c", "i=0; while [ $i -lt 3000 ]; do /bin/true; i=$((i+1)); done; exec sleep 60",
      ]))
    try session.wait(for: "a busy shell") { drawn in
      drawn.lines.contains { $0.contains("exec") && $0.contains("█") } && drawn.text.contains("EXECUTABLE")
    }
    try terminal.type("s")
    try session.wait(for: "sort by pid")
    try terminal.type("h")
    try session.wait(for: "Any key ends this help.")
    try terminal.type(" ")
    try terminal.resize(columns: 80, rows: 24)
    session.drawn = DrawnScreen(columns: 80, rows: 24)
    try session.wait(for: "a smaller screen") { $0.lines[23].contains("q quit") && $0.lines[3].contains("EVENT") }
    try terminal.type("q")
    try session.expectEnd(status: 0)
    withExtendedLifetime(busy) {}
  }

  @Test func `without UTF-8 and colours it is plain`() throws {
    let session = try session(["watch"], environment: ["LANG=C", "NO_COLOR=1"])
    try agent.watches(["/bin/true", "odd"])
    try session.wait(for: "^ high odd_program")
    let isASCII = session.drawn.text.unicodeScalars.allSatisfy(\.isASCII)
    #expect(isASCII)
    try terminal.type("q")
    try session.expectEnd(status: 0)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGSEGV])
  func `the terminal is given back when a signal ends it`(signal: Int32) throws {
    let session = try session(["watch"])
    kill(session.program.pid, signal)
    try session.expectEnd(status: 128 + signal)
  }

  @Test func `the terminal is given back when the agent ends`() throws {
    let session = try session(["top"])
    #expect(try agent.stop() == 0)
    try session.expectEnd(status: 2)
  }

  @Test func `without a terminal there is no screen`() throws {
    let outcome = try agent.told(["top"])
    #expect(outcome.status == 2 && outcome.errors.contains("this needs a terminal"))
  }
}
