import Support
import Testing

@Suite(.kernel)
struct ForkTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    file = try place.file("file")
  }

  @Test(arguments: ["fork FILE", "vfork", "clone3", "silent-clone", "fork-by-thread"])
  func `every way to make a process is a fork`(words: String) throws {
    let words = words.split(separator: " ").map { $0 == "FILE" ? file : String($0) }
    let trace = try Trace(words)
    let child = try trace.value("child")
    expect(
      try trace.only("fork"),
      .event(
        "fork", "Process Activity",
        process: Pattern.process(
          pid: child, ppid: try trace.pid, executable: try .file(Program.actor), argv: [Program.actor] + words
        ).with(["is_thread": true])))
    #expect(trace.events("exit").map(\.["process"]["pid"]) == [JSON(child), JSON(try trace.pid)])
  }

  @Test func `a thread is no process, and acts under its own number`() throws {
    let trace = try Trace(["thread", file])
    #expect(trace.events("fork").isEmpty)
    #expect(trace.events("exit").count == 1)
    let process = try trace.only("open", path: file)["process"]
    expect(process["pid"], Pattern(try trace.pid))
    expect(process["tid"], Pattern(try trace.value("thread")))
    #expect(process["is_thread"].isAbsent)
  }

  @Test func `a number that is given again is another process`() throws {
    let trace = try Trace(["fork-by-number", "4"])
    let child = try trace.value("child")
    let execs = trace.events("exec", pid: child)
    #expect(execs.map { $0["process"]["args"].array.map(\.string) } == (0..<4).map { ["exit", "\($0)"] })
    #expect(Set(execs.map { $0["process"]["fork_time"].string }).count == 4)
    #expect(trace.events("exit", pid: child).map { $0["exit"]["code"].integer } == [0, 1, 2, 3])
    for event in execs {
      // Before it are the copy of the actor that it was, and the actor; none of those that had the number before.
      let ancestors = event["process"]["ancestors"].array
      #expect(ancestors.prefix(2).map(\.["pid"]) == [JSON(child), JSON(try trace.pid)])
      #expect(ancestors.count { $0["pid"] == JSON(child) } == 1)
    }
  }
}
