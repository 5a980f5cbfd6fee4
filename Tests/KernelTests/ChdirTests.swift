import Glibc
import Support
import Testing

@Suite(.kernel)
struct ChdirTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    try place.directory("a/b")
  }

  private func moved(_ trace: Trace, _ words: [String], to path: String, _ argument: Pattern) throws -> Pattern {
    .event(
      "chdir", "File Activity", process: try .actor(trace, words),
      ["file": try .file(path), "syscall": ["chdir": argument]])
  }

  @Test func `a chdir tells where it led, and what was asked for`() throws {
    let words = ["chdir", place["a"], "b/../b", "..", "/"]
    let trace = try Trace(words)
    let events = trace.events("chdir")
    try #require(events.count == 4)
    expect(events[0], try moved(trace, words, to: place["a"], ["path": Pattern(place["a"])]))
    expect(events[1], try moved(trace, words, to: place["a/b"], ["path": "b/../b"]))
    expect(events[2], try moved(trace, words, to: place["a"], ["path": ".."]))
    expect(events[3], try moved(trace, words, to: "/", ["path": "/"]))
  }

  @Test func `a chdir by descriptor has no argument`() throws {
    let words = ["fchdir", place["a"]]
    let trace = try Trace(words)
    expect(try trace.only("chdir"), try moved(trace, words, to: place["a"], [:]))
  }

  @Test func `a refused chdir is told, one that leads nowhere is not`() throws {
    try place.directory("a/closed", mode: 0o700)
    let trace = try Trace(["chdir-refused", place["a"], "closed"])
    #expect(try trace.value("chdir") == Int64(EACCES) && trace.value("fchdir") == Int64(EACCES))
    #expect(try trace.value("missing") == Int64(ENOENT))
    let refused = trace.events("chdir").filter { $0["evt"]["outcome"].string == "Refused" }
    try #require(refused.count == 2 && trace.events("chdir").count == 3)
    expect(refused[0]["file"]["path"], Pattern(place["a/closed"]))
    expect(refused[0]["file"]["path_resolution_error"], "non critical path resolution error: caller_string")
    expect(refused[0]["syscall"], ["chdir": ["path": "closed"]])
    expect(refused[1]["file"], try .file(place["a/closed"]))
    expect(refused[1]["syscall"], ["chdir": [:]])
  }
}
