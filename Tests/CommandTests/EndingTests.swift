import Foundation
import Glibc
import Support
import Testing

/// How a session is ended early; what happened until then is told in any case.
@Suite(.kernel)
struct EndingTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func trace(_ options: [String], _ words: [String]) -> [String] {
    [Program.martlet, "trace", "--format", "json", "--output", place["events"]] + options + ["--", Program.actor]
      + words
  }

  /// The exit events of what was watched.
  private func exits() throws -> [JSON] {
    let text = try Data(contentsOf: URL(filePath: place["events"]))
    return try [UInt8](text).split(separator: 0x0a).map { try JSON($0) }.filter { $0["evt"]["name"].string == "exit" }
  }

  @Test func `Ctrl-C reaches the command, and the rest is told`() throws {
    let terminal = try Terminal()
    let martlet = try Program(trace([], ["linger", "30"]), terminal: terminal.path)
    // It tells its pid at its start, and again once it heeds signals.
    _ = try terminal.text(until: { String(decoding: $0, as: UTF8.self).components(separatedBy: "pid=").count > 2 })
    try terminal.type(3)
    let text = try terminal.text(until: { _ in (try? martlet.hasEnded()) ?? true })
    #expect(try martlet.wait() == 2)
    #expect(
      text.components(separatedBy: "signal=").count == 2, "the terminal told it once, and martlet not again: \(text)")
    expect(try #require(exits().last)["exit"], ["cause": "EXITED", "code": 2])
    #expect(text.contains(" 0 lost "))
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal to martlet is passed on`(signal: Int32) throws {
    let martlet = try Program(trace([], ["linger", "30"]))
    try Program.wait { martlet.output.lines.count == 2 }
    kill(martlet.pid, signal)
    #expect(try martlet.wait() == signal)
    #expect(try exits().count == 1)
  }

  @Test func `when the time is over the command is asked to end`() throws {
    let outcome = try Outcome(of: trace(["--for", "6s"], ["linger", "60"]))
    #expect(outcome.status == SIGTERM)
    expect(try #require(exits().last)["exit"], ["cause": "EXITED", "code": Pattern(SIGTERM)])
  }

  @Test func `a command that does not end when asked is made to`() throws {
    let start = ContinuousClock.now
    let outcome = try Outcome(of: trace(["--for", "6s"], ["stubborn", "60"]))
    #expect(outcome.status == 128 + SIGKILL)
    #expect(ContinuousClock.now - start > .seconds(8), "it had two seconds more")
    expect(try #require(exits().last)["exit"], ["cause": "SIGNALED", "code": Pattern(SIGKILL)])
  }

  @Test func `a command that ends in time is not waited for`() throws {
    #expect(try Outcome(of: trace(["--for", "1h"], ["exit", "4"])).status == 4)
  }

  @Test func `what outlives the command is watched to its end`() throws {
    let file = try place.file("file")
    let outcome = try Outcome(of: trace([], ["orphan", file]))
    #expect(outcome.status == 6)
    #expect(try exits().count == 3)
  }
}
