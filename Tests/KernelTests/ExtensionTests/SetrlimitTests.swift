import Glibc
import Support
import Testing

@Suite(.kernel)
struct SetrlimitTests {
  private static let options = ["--events", "setrlimit"]

  private func matched(_ words: [String], _ expression: String) throws -> Trace {
    let place = try Workplace()
    let policy = try place.file(
      "limits.policy", "rules:\n  - id: limit\n    expression: >-\n      \(expression.replacing("\n", with: " "))\n")
    return try Trace(words, policy: policy, options: ["--only-matches"])
  }

  @Test(arguments: [
    ["call", "160", "n:4", "q:0,0,0,0"], ["call", "302", "n:0", "n:4", "q:0,0,0,0", "n:0"],
    ["call-compat", "75", "n:4", "l:0,0,0,0"], ["call-compat", "340", "n:0", "n:4", "q:0,0,0,0", "n:0"],
  ])
  func `a limit that a process sets for itself is told`(words: [String]) throws {
    let trace = try Trace(words, options: Self.options)
    #expect(trace.values("error") == [0])
    expect(try trace.only("setrlimit"), .event("setrlimit", "Process Activity", process: try .actor(trace, words)))
    let rule = try matched(
      words,
      """
      setrlimit.resource == RLIMIT_CORE && setrlimit.rlim_cur == 0 && setrlimit.rlim_max == 0
      && setrlimit.retval == 0 && setrlimit.target.pid == ${process.pid}
      """)
    #expect(rule.events.count == 1)
  }

  @Test func `a limit that is set for another is told with the other`() throws {
    let other = try Program([Program.actor, "linger", "1000"])
    defer { kill(other.pid, SIGKILL) }
    try Program.wait { !other.output.isEmpty }
    let trace = try matched(
      ["call", "302", "n:\(other.pid)", "n:7", "q:64,128,0,0", "n:0"],
      """
      setrlimit.resource == RLIMIT_NOFILE && setrlimit.rlim_cur == 64 && setrlimit.rlim_max == 128
      && setrlimit.target.pid == \(other.pid) && setrlimit.target.args =~ "linger*"
      """)
    #expect(trace.values("error") == [0] && trace.events.count == 1)
  }

  @Test func `who only asks sets nothing`() throws {
    let trace = try Trace(["call", "302", "n:0", "n:7", "n:0", "q:0,0,0,0"], options: Self.options)
    #expect(trace.values("error") == [0] && trace.events("setrlimit").isEmpty)
  }

  @Test func `what is refused is told with what was asked for`() throws {
    let trace = try matched(
      ["call-refused", "160", "n:7", "q:1,9999999,0,0"],
      "setrlimit.retval == EPERM && setrlimit.rlim_cur == 1 && setrlimit.rlim_max == 9999999")
    #expect(trace.values("error") == [Int64(EPERM)])
    expect(try trace.only("setrlimit")["evt"]["outcome"], "Refused")
  }
}
