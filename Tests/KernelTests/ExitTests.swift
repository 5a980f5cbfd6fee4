import Glibc
import Support
import Testing

@Suite(.kernel)
struct ExitTests {
  /// A whole exit event of the traced actor.
  private func ended(_ trace: Trace, _ words: [String], _ cause: String, _ code: Int) throws -> Pattern {
    .event(
      "exit", "Process Activity", process: try .actor(trace, words).with(["exit_time": .time]),
      ["file": try .file(Program.actor), "exit": ["cause": Pattern(cause), "code": Pattern(code)]])
  }

  @Test(arguments: [
    (["exit", "0"], 0), (["exit", "3"], 3), (["exit", "255"], 255), (["exit", "256"], 0),
    (["thread-ends-all"], 5), (["leader-ends-first"], 7),
  ])
  func `an exit tells the status`(words: [String], status: Int) throws {
    let trace = try Trace(words, status: Int32(status))
    expect(try trace.only("exit"), try ended(trace, words, "EXITED", status))
  }

  @Test(arguments: [SIGKILL, SIGTERM, SIGHUP, SIGUSR1])
  func `an end by a signal tells the signal`(signal: Int32) throws {
    let trace = try Trace(["die", "\(signal)"], status: 128 + signal)
    expect(try trace.only("exit"), try ended(trace, ["die", "\(signal)"], "SIGNALED", Int(signal)))
  }

  @Test(arguments: [SIGABRT, SIGQUIT])
  func `an end that dumps core tells so, even where no file is written`(signal: Int32) throws {
    let trace = try Trace(["die", "\(signal)"], status: 128 + signal)
    expect(try trace.only("exit"), try ended(trace, ["die", "\(signal)"], "COREDUMPED", Int(signal)))
  }

  @Test func `a fault dumps core`() throws {
    let trace = try Trace(["fault"], status: 128 + SIGSEGV)
    expect(try trace.only("exit"), try ended(trace, ["fault"], "COREDUMPED", Int(SIGSEGV)))
  }

  @Test func `a core that is written is one`() throws {
    let place = try Workplace()
    let words = ["dump", place.path, "\(SIGABRT)"]
    let trace = try Trace(words, status: 128 + SIGABRT)
    expect(try trace.only("exit"), try ended(trace, words, "COREDUMPED", Int(SIGABRT)))
  }

  @Test func `a process lives on when its leading thread has ended`() throws {
    let trace = try Trace(["leader-ends-first"], status: 7)
    let pid = try trace.pid
    let open = try trace.only("open", path: "/proc/\(pid)/comm")
    expect(open["process"]["tid"], Pattern(try trace.value("thread")))
    let exit = try trace.only("exit")
    #expect((open["date"].string ?? "~") < (exit["date"].string ?? ""))
    #expect(exit["date"] == exit["process"]["exit_time"])
  }
}
