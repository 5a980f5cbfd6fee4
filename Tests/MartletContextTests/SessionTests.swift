import MartletContext
import MartletModel
import Testing

/// Which session and which span processes are in.
struct SessionTests {
  /// A shell with pid 100 whose creator is gone.
  private func story() throws -> Story {
    let story = Story()
    _ = try #require(story.exec(100, "sh"))
    return story
  }

  private func say(_ story: Story, _ id: UInt64, _ cursor: UInt32, _ data: String, pid: UInt32 = 100) {
    let piece = Activity.SessionPiece(id: id, kind: .k8s, cursor: cursor, data: Array(data.utf8))
    #expect(story.happens(.session, pid, .session(piece)) == nil)
  }

  private let jane = #"{"username":"jane","uid":"1","groups":["a","b"],"extra":{"y":["1"],"x":[]}}"#

  @Test func `a session is with the process, its children, and their images`() throws {
    let story = try story()
    story.fork(90, by: 100)
    say(story, 5, 1, jane)
    let child = try #require(story.fork(200, by: 100))
    let image = try #require(story.exec(200, "ls"))
    for process in [child, image, try #require(story.open(100)).process] {
      let session = try #require(process.userSession)
      #expect(session.id == 5)
      #expect(session.user.name == "jane")
      #expect(session.user.uid == "1")
      #expect(session.user.groups == ["a", "b"])
      #expect(session.user.extra == [.init(name: "y", values: ["1"]), .init(name: "x", values: [])])
    }
    #expect(story.open(90)?.process.userSession == nil)
  }

  @Test(
    arguments: [
      [(1, 1, "JANE"), (2, 1, #"{"username":"eve"}"#)],
      [(1, 1, "JANE"), (1, 1, #"{"username":"eve"}"#)],
      [(1, 1, "JANE"), (1, 2, #"{"username":"eve"}"#)],
    ] as [[(UInt64, UInt32, String)]])
  func `the first word holds`(pieces: [(UInt64, UInt32, String)]) throws {
    let story = try story()
    for (id, cursor, data) in pieces { say(story, id, cursor, data == "JANE" ? jane : data) }
    #expect(story.open(100)?.process.userSession?.user.name == "jane")
    #expect(story.open(100)?.process.userSession?.id == 1)
  }

  @Test func `a child has nothing to say either`() throws {
    let story = try story()
    say(story, 1, 1, jane)
    story.fork(200, by: 100)
    say(story, 2, 1, #"{"username":"eve"}"#, pid: 200)
    say(story, 1, 1, #"{"username":"eve"}"#, pid: 200)
    #expect(story.open(200)?.process.userSession?.user.name == "jane")
  }

  @Test func `pieces make a whole, in their order`() throws {
    let story = try story()
    say(story, 1, 1, #"{"username":"#)
    #expect(story.open(100)?.process.userSession?.user == KubernetesUser())
    say(story, 1, 3, #""eve"}"#)
    say(story, 1, 2, #""jane""#)
    say(story, 1, 2, #""eve"}"#)
    say(story, 1, 3, "}")
    #expect(story.open(100)?.process.userSession?.user.name == "jane")
  }

  @Test func `what an image did not finish, the next one does not`() throws {
    let story = try story()
    say(story, 1, 1, #"{"username":"#)
    story.exec(100, "eve")
    say(story, 1, 2, #""eve"}"#)
    #expect(story.open(100)?.process.userSession?.user == KubernetesUser())
  }

  @Test func `a process of the same number is another`() throws {
    let story = try story()
    say(story, 1, 1, jane)
    _ = story.exit(100)
    #expect(story.exec(100, "sh")?.userSession == nil)
  }

  @Test func `more than 1024 bytes are no session`() throws {
    for (length, isTaken) in [(900, true), (1100, false)] {
      let story = try story()
      let text = #"{"username":"\#(String(repeating: "x", count: length))"}"#
      for (index, start) in stride(from: 0, to: text.utf8.count, by: 239).enumerated() {
        say(story, 1, UInt32(index + 1), String(text.dropFirst(start).prefix(239)))
      }
      #expect(story.open(100)?.process.userSession?.user.name.count == (isTaken ? length : 0))
    }
  }

  @Test func `thousands that do not finish cost nothing but their own words`() throws {
    let story = try story()
    for pid in UInt32(1000)..<4000 {
      story.fork(pid, by: 100)
      say(story, UInt64(pid), 1, "{", pid: pid)
    }
    say(story, 3999, 2, #""username":"jane"}"#, pid: 3999)
    #expect(story.open(3999)?.process.userSession?.user.name == "jane")
    #expect(story.open(1000)?.process.userSession?.id == 1000)
  }

  @Test(arguments: [
    "", "{", "[]", "7", "null", #"{"username":"a","username":"b"}"#, "{}{}", "{\"username\":\"\u{0}\"}",
    String(repeating: "[", count: 1000), #"{"extra":"# + String(repeating: #"{"a":"#, count: 150),
  ])
  func `what is no whole object tells nothing`(text: String) {
    #expect(KubernetesUser(userInfo: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    "{}", #"{"username":1,"uid":null,"groups":"a","extra":[1]}"#, #"{"groups":[1,{}],"extra":{"a":"b"},"other":{}}"#,
  ])
  func `members of another shape are left out`(text: String) throws {
    #expect(try #require(KubernetesUser(userInfo: Array(text.utf8))) == KubernetesUser())
  }

  // MARK: Spans

  @Test func `a process is in the span that it began in`() throws {
    let story = try story()
    let span = try #require(TraceSpan(spanID: 1, traceID: 2))
    let other = try #require(TraceSpan(spanID: 3, traceID: 2))
    #expect(story.open(100)?.span == nil)
    story.span = span
    story.fork(200, by: 100)
    #expect(story.open(100)?.span == span)
    story.span = nil
    #expect(story.open(100)?.span == nil)
    #expect(story.open(200)?.span == span)
    story.exec(200, "ls")
    story.fork(300, by: 200)
    #expect(story.open(300)?.span == span)
    story.span = other
    #expect(story.open(300)?.span == other)
    story.exec(300, "ls")
    story.span = nil
    #expect(story.open(300)?.span == other)
    #expect(story.open(200)?.span == span)
  }
}
