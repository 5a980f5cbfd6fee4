import Support
import Testing

@Suite(.kernel)
struct SessionTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    file = try place.file("file")
  }

  private var open: [String] { ["open", file, "0", "0"] }

  private func session(of run: Trace) throws -> JSON { try run.only("open", path: file)["process"]["user_session"] }

  @Test func `a session is with its process, its children and their images, and not with those before`() throws {
    let data = #"{"username":"jane","uid":"u-1","groups":["dev","oncall"],"extra":{"scopes":["a","b"],"none":[]}}"#
    let run = try Trace(["session", "2f8c1d3466fd5a10", data, "fork-exec"] + open)
    #expect(try run.value("taken") == 1)
    expect(
      try session(of: run),
      [
        "id": "2f8c1d3466fd5a10", "session_type": "k8s", "k8s_username": "jane", "k8s_uid": "u-1",
        "k8s_groups": ["dev", "oncall"], "k8s_extra": ["scopes": ["a", "b"], "none": []],
      ])
    let process = try run.only("open", path: file)["process"]
    for index in 0...1 { expect(process["ancestors"][index]["user_session"]["k8s_username"], "jane") }
    #expect(process["ancestors"][2]["user_session"].isAbsent)
    // What happened before it was opened, happened outside of it.
    #expect(try run.only("exec", pid: run.pid)["process"]["user_session"].isAbsent)
    expect(try run.only("exit", pid: run.pid)["process"]["user_session"]["k8s_username"], "jane")
  }

  @Test func `a session of many bytes comes in pieces`() throws {
    let groups = (0..<80).map { "group-\($0)" }
    let list = groups.map { "\"\($0)\"" }.joined(separator: ",")
    let run = try Trace(["session", "1", "{\"username\":\"jane\",\"groups\":[\(list)]}"] + open)
    #expect(try session(of: run)["k8s_groups"].array.map(\.string) == groups)
  }

  @Test(
    arguments: [
      // A session cannot be left for another, nor said again with another name.
      ([("1", 1, 1, #"{"username":"jane"}"#), ("2", 1, 1, #"{"username":"eve"}"#)], "1 k8s jane"),
      ([("1", 1, 1, #"{"username":"jane"}"#), ("1", 1, 1, #"{"username":"eve"}"#)], "1 k8s jane"),
      ([("1", 1, 1, #"{"username":"jane"}"#), ("1", 2, 1, #"{"username":"eve"}"#)], "1 k8s jane"),
      ([("1", 1, 1, #"{"username":"#), ("2", 2, 1, #""eve"}"#), ("1", 2, 1, #""jane"}"#)], "1 k8s jane"),
      ([("1", 1, 1, #"{"username":"#), ("1", 3, 1, #""jane"}"#)], "1 k8s -"),
      ([("1", 2, 1, #"{"username":"jane"}"#)], "-"),
      ([("0", 1, 1, #"{"username":"jane"}"#)], "-"),
      ([("fffffffffffffffF", 1, 9, #"{"username":"jane"}"#)], "ffffffffffffffff unknown jane"),
      ([("1", 1, 1, "{\"username\":\"jane\"")], "1 k8s -"),
      ([("1", 1, 1, "[]")], "1 k8s -"),
      ([("1", 1, 1, "")], "1 k8s -"),
      ([("1", 1, 1, "\u{ff}\u{1}{{{")], "1 k8s -"),
      ([("1", 1, 1, #"{"username":7,"uid":{},"groups":{"a":1},"extra":["a"]}"#)], "1 k8s -"),
    ] as [([(String, Int, Int, String)], String)])
  func `the first word of a process holds`(pieces: [(String, Int, Int, String)], expected: String) throws {
    let words = pieces.flatMap { [$0.0, String($0.1), String($0.2), $0.3] }
    let run = try Trace(["session-pieces"] + words + ["--"] + open)
    let session = try session(of: run)
    guard let id = session["id"].string, let type = session["session_type"].string else {
      #expect(expected == "-")
      return
    }
    #expect("\(id) \(type) \(session["k8s_username"].string ?? "-")" == expected)
    for name in ["k8s_uid", "k8s_groups", "k8s_extra"] { #expect(session[name].isAbsent) }
  }

  @Test func `requests that are none do nothing`() throws {
    let run = try Trace(["session-hostile", file])
    #expect(try session(of: run).isAbsent)
    #expect(try run.only("open", path: file)["dd"] == JSON.object([:]))
  }

  @Test func `martlet session puts a command into a session`() throws {
    let run = try Trace(
      program: [
        Program.martlet, "session", "--user", "jane", "--uid", "u-1", "--group", "dev", "--extra", "scopes=a",
        "--extra", "scopes=b=c", "--", Program.actor,
      ] + open)
    let session = try session(of: run)
    expect(
      session,
      [
        "id": .anything, "session_type": "k8s", "k8s_username": "jane", "k8s_uid": "u-1", "k8s_groups": ["dev"],
        "k8s_extra": ["scopes": ["a", "b=c"]],
      ])
    let again = try Trace(
      program: [
        Program.martlet, "session", "--user", "eve", "--", Program.martlet, "session", "--user", "jane", "--",
        Program.actor,
      ] + open)
    expect(try self.session(of: again)["k8s_username"], "eve")
  }

  @Test func `what is too long for a session is left out, the groups last`() throws {
    let long = String(repeating: "x", count: 1000)
    for (data, groups, extra) in [
      (#"{"username":"jane","groups":["dev"],"extra":{"a":["\#(long)"]}}"#, true, false),
      (#"{"username":"jane","groups":["dev"],"extra":{"a":["b"]}}"#, true, true),
      (#"{"username":"jane","groups":["\#(long)"],"extra":{"a":["b"]}}"#, false, false),
    ] {
      let run = try Trace(program: [Program.martlet, "session", "--data", data, "--", Program.actor] + open)
      let session = try session(of: run)
      expect(session["k8s_username"], "jane")
      #expect(session["k8s_groups"].isAbsent == !groups)
      #expect(session["k8s_extra"].isAbsent == !extra)
    }
  }

  @Test(arguments: [("dev", 1), ("oncall", 0)])
  func `a rule asks for the groups of the person`(group: String, matches: Int) throws {
    let expression = #"open.file.path == "\#(file)" && process.user_session.k8s_groups in ["dev"]"#
    let policy = try place.file("groups.policy", "rules: [{id: groups, expression: '\(expression)'}]")
    let session = [Program.martlet, "session", "--user", "jane", "--group", group, "--", Program.actor]
    let run = try Outcome(
      martlet: ["trace", "--only-matches", "--policy", policy, "--format", "json", "--"] + session + open)
    #expect(run.errors.contains(" · \(matches) match"))
    #expect(run.text.contains(#""rule_id":"groups""#) == (matches == 1))
  }
}
