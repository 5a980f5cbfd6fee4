import Support
import Testing

@Suite(.kernel)
struct SpanTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    file = try place.file("file")
  }

  private static let none = JSON.object([:])

  private static func dd(_ span: UInt64, _ trace: UInt64) -> JSON {
    var members: [String: JSON] = [:]
    if span != 0 { members["span_id"] = JSON(span) }
    if trace != 0 { members["trace_id"] = JSON(trace) }
    return JSON.object(members)
  }

  @Test(
    arguments: [
      (1, 10), (UInt64.max, 1 << 63), (1, 0), (0, 10), (0, 0),
    ] as [(UInt64, UInt64)])
  func `an event has the span that its thread is in`(span: UInt64, trace: UInt64) throws {
    let run = try Trace(["span", String(span), String(trace), "open", file, "0", "0"])
    #expect(try run.value("taken") == 1)
    #expect(try run.only("open", path: file)["dd"] == Self.dd(span, trace))
    #expect(try run.only("exec", pid: run.pid)["dd"] == Self.none)
    #expect(try run.only("exit", pid: run.pid)["dd"] == Self.dd(span, trace))
  }

  @Test func `a span is what it is at the call, and nothing once the array is withdrawn`() throws {
    let run = try Trace(["span-changes", file])
    let none = Self.none
    #expect(run.events("open", path: file).map(\.["dd"]) == [Self.dd(1, 10), Self.dd(2, 10), none, none])
    #expect(try run.only("exit")["dd"] == none)
  }

  @Test func `threads are in spans of their own`() throws {
    let run = try Trace(["span-threads", file])
    let opens = run.events("open", path: file)
    let spans = opens.prefix(4).map(\.["dd"]["span_id"].integer)
    #expect(Set(spans) == [101, 102, 103, 104])
    #expect(Set(opens.prefix(4).map(\.["process"]["tid"].integer)).count == 4)
    #expect(opens.dropFirst(4).map(\.["dd"]) == [Self.none])
  }

  @Test func `a child is in the span that it was born in, until it has its own`() throws {
    let run = try Trace(["span-fork", file])
    let born = Self.dd(5, 50)
    #expect(try run.only("fork")["dd"] == born)
    #expect(run.events("open", path: file).map(\.["dd"]) == [born, born, Self.dd(6, 60), born])
  }

  @Test func `an exec has the span of the image that it ends, and so has what follows`() throws {
    let run = try Trace(["span", "3", "30", "exec", Program.actor, "open", file, "0", "0"])
    #expect(run.events("exec").map(\.["dd"]) == [Self.none, Self.dd(3, 30)])
    #expect(try run.only("open", path: file)["dd"] == Self.dd(3, 30))
  }

  @Test func `an exec by a thread has the span of that thread`() throws {
    let run = try Trace(["span-thread-exec", Program.actor, "open", file, "0", "0"])
    #expect(run.events("exec").map(\.["dd"]) == [Self.none, Self.dd(8, 80)])
    #expect(try run.only("open", path: file)["dd"] == Self.dd(8, 80))
  }

  @Test func `a program that is execed later than the fork is in the span of its creator`() throws {
    let run = try Trace(["span", "4", "40", "fork-exec", "open", file, "0", "0"])
    #expect(try run.only("open", path: file)["dd"] == Self.dd(4, 40))
  }

  @Test(arguments: [
    // An array of one slot serves every thread; one that is said to be larger than any is so.
    ("slots", "1", "0", true, true),
    ("slots", "0xffffffffffffffff", "0", true, false),
    ("slots", "0", "0", true, false),
    ("slots", "64", "1", false, false),
    ("0", "64", "0", true, false),
    ("0xffffffffffffffff", "64", "0", true, false),
    ("0x7ffffffff000", "0x8000000000000000", "0", true, false),
    ("0xffff888000000000", "1", "0", true, false),
    ("0xffffffff81000000", "1", "0", true, false),
  ])
  func `an array that cannot be read is no span`(
    base: String, threads: String, format: String, isTaken: Bool, isRead: Bool
  ) throws {
    let run = try Trace(["span-registered", base, threads, format, file])
    #expect(try run.value("taken") == (isTaken ? 1 : 0))
    #expect(try run.only("open", path: file)["dd"] == (isRead ? Self.dd(9, 90) : Self.none))
  }

  @Test func `more processes than there is room for are told, and counted`() throws {
    let run = try Outcome(
      martlet: ["trace", "--events", "exec", "--output", place["events"], "--", Program.actor, "span-many", "4099"])
    #expect(run.text.contains("many=4096\n"))
    // They ended, so there is room again.
    #expect(run.text.contains("taken=1\n"))
    #expect(run.errors.contains(" 3 session lost (scope_full) "))
  }
}
