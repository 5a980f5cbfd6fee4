import Foundation
import Glibc
import Support
import Testing

/// What is done to files and their names: every call that does it, with the file as it was before.
@Suite(.kernel)
struct ChangeTests {
  let place: Workplace
  let file, directory, link: String

  init() throws {
    place = try Workplace()
    file = try place.file("file", "content")
    directory = try place.directory("directory")
    link = place["link"]
    try check("symlink", unsafe symlink("file", link))
    let actor = Process()
    actor.executableURL = URL(filePath: Program.actor)
    actor.arguments = ["call", "188", "s:\(file)", "s:user.mark", "s:x", "n:1", "n:0"]
    actor.standardOutput = FileHandle.nullDevice
    try actor.run()
    actor.waitUntilExit()
  }

  /// One call, spelled as the actor `call` reads it. `FILE`, `NEW`, `DIRECTORY`, `LINK` and `PLACE` stand for paths.
  struct Row: CustomTestStringConvertible {
    let words: String
    var actor = "call"
    /// Which of these the event is about.
    var target = "FILE"
    /// What its `destination` is.
    var destination: Pattern = .absent

    var testDescription: String { "\(actor) \(words)" }
  }

  private func trace(_ row: Row) throws -> (trace: Trace, words: [String]) {
    let words = row.words.split(separator: " ").map { spelled(String($0)) }
    return (try Trace([row.actor] + words), [row.actor] + words)
  }

  /// With paths for the names that stand for them. A path may have such a name within it: it is not looked at again.
  private func spelled(_ text: String) -> String {
    text.replacing(/DIRECTORY|FILE|NEW|LINK|PLACE/) { path(String($0.output)) }
  }

  private func path(_ name: String) -> String {
    switch name {
    case "DIRECTORY": directory
    case "LINK": link
    case "NEW": place["new"]
    case "PLACE": place.path
    default: file
    }
  }

  private func expectChange(_ type: String, _ row: Row, _ members: [String: Pattern] = [:]) throws {
    // Before the call: what the event has to tell.
    let before = try Pattern.file(path(row.target), itself: true)
    let (trace, words) = try trace(row)
    // A kernel that is older than the call has nothing to tell.
    if trace.values("error") == [Int64(ENOSYS)] { return }
    #expect(trace.values("error") == [0])
    var process = try Pattern.actor(trace, words)
    if row.actor == "call-thread" { process = process.with(["tid": Pattern(try trace.value("tid"))]) }
    expect(
      try trace.only(type),
      .event(
        type, "File Activity", process: process,
        members.merging(["file": before.with(["destination": row.destination])]) { $1 }))
  }

  // MARK: Permissions and owners

  static let modes: [(row: Row, mode: Int, argument: Pattern)] = [
    (Row(words: "90 s:FILE n:04755"), 0o4755, "FILE"),
    (Row(words: "90 s:LINK n:0"), 0, "LINK"),
    (Row(words: "90 s:/proc/../PLACE//directory/../link n:0600"), 0o600, "/proc/../PLACE//directory/../link"),
    (Row(words: "91 f:FILE n:0640"), 0o640, .absent),
    (Row(words: "268 n:-100 s:FILE n:0177777"), 0o7777, "FILE"),
    (Row(words: "268 f:PLACE s:file n:0600"), 0o600, "file"),
    (Row(words: "452 f:PLACE s:link n:0600 n:0"), 0o600, "link"),
    (Row(words: "452 f:FILE s: n:0600 n:0x1000"), 0o600, .absent),
    (Row(words: "90 s:DIRECTORY n:0700", target: "DIRECTORY"), 0o700, "DIRECTORY"),
    (Row(words: "90 s:FILE n:0600", actor: "call-thread"), 0o600, "FILE"),
    (Row(words: "15 s:FILE n:0600", actor: "call-compat"), 0o600, "FILE"),
    (Row(words: "94 f:FILE n:0600", actor: "call-compat"), 0o600, .absent),
    (Row(words: "306 f:PLACE s:file n:0600", actor: "call-compat"), 0o600, "file"),
  ]

  @Test(arguments: modes)
  func `a chmod tells the mode before and the one asked for`(row: Row, mode: Int, argument: Pattern) throws {
    var row = row
    row.destination = ["mode": Pattern(mode), "uid": 0, "gid": 0]
    var given = argument
    if case .value(let value) = argument, let text = value.string {
      given = Pattern(spelled(text))
    }
    let raw = row.words.contains("0177777") ? 0o177777 : mode
    try expectChange(
      "chmod", row, ["syscall": ["chmod": ["path": given, "mode": raw == 0 ? .absent : Pattern(raw)]]])
  }

  @Test(arguments: [
    Row(words: "92 s:LINK n:1 n:2", destination: ["uid": 1, "gid": 2]),
    Row(words: "92 s:FILE n:-1 n:2", destination: ["uid": -1, "gid": 2]),
    Row(words: "94 s:LINK n:1 n:-1", target: "LINK", destination: ["uid": 1, "gid": -1]),
    Row(words: "93 f:FILE n:70000 n:3", destination: ["uid": 70000, "gid": 3]),
    Row(words: "260 f:PLACE s:link n:5 n:6 n:0x100", target: "LINK", destination: ["uid": 5, "gid": 6]),
    Row(words: "260 f:FILE s: n:5 n:6 n:0x1000", destination: ["uid": 5, "gid": 6]),
    Row(words: "182 s:FILE n:0xffff n:7", actor: "call-compat", destination: ["uid": -1, "gid": 7]),
    Row(words: "95 f:FILE n:8 n:9", actor: "call-compat", destination: ["uid": 8, "gid": 9]),
    Row(words: "212 s:FILE n:8 n:9", actor: "call-compat", destination: ["uid": 8, "gid": 9]),
  ])
  func `a chown tells the owner before and the one asked for`(row: Row) throws { try expectChange("chown", row) }

  // MARK: Times

  @Test(arguments: [
    Row(
      words: "280 n:-100 s:LINK q:1000,5,2000,6 n:0",
      destination: [
        "access_time": "1970-01-01T00:16:40.000000005Z", "modification_time": "1970-01-01T00:33:20.000000006Z",
      ]),
    Row(
      words: "280 n:-100 s:LINK q:1000,0,2000,0 n:0x100", target: "LINK",
      destination: ["access_time": "1970-01-01T00:16:40Z", "modification_time": "1970-01-01T00:33:20Z"]),
    Row(
      words: "280 n:-100 s:FILE q:0,0x3ffffffe,2000,0 n:0", destination: ["modification_time": "1970-01-01T00:33:20Z"]),
    Row(
      words: "280 n:-100 s:FILE q:1000,0,0,0x3ffffffe n:0", destination: ["access_time": "1970-01-01T00:16:40Z"]),
    Row(words: "280 f:FILE n:0 n:0 n:0", destination: ["access_time": .time, "modification_time": .time]),
    Row(
      words: "235 s:FILE q:1000,5,2000,6",
      destination: ["access_time": "1970-01-01T00:16:40.000005Z", "modification_time": "1970-01-01T00:33:20.000006Z"]),
    Row(
      words: "132 s:FILE q:1000,2000,0,0",
      destination: ["access_time": "1970-01-01T00:16:40Z", "modification_time": "1970-01-01T00:33:20Z"]),
    Row(
      words: "261 f:PLACE s:file q:1000,0,2000,0",
      destination: ["access_time": "1970-01-01T00:16:40Z", "modification_time": "1970-01-01T00:33:20Z"]),
    Row(
      words: "320 n:-100 s:FILE l:0,0x3ffffffe,2000,0 n:0", actor: "call-compat",
      destination: ["modification_time": "1970-01-01T00:33:20Z"]),
    Row(
      words: "412 n:-100 s:FILE q:1000,0,0,0x3ffffffe n:0", actor: "call-compat",
      destination: ["access_time": "1970-01-01T00:16:40Z"]),
  ])
  func `a utimes tells the times that the file got`(row: Row) throws {
    var row = row
    row.destination = row.destination.with(["uid": 0, "gid": 0])
    try expectChange("utimes", row)
  }

  // MARK: Extended attributes

  /// The attributes by which access control lists are set.
  private static let (acl, inherited) = ("system.posix_acl_access", "system.posix_acl_default")
  /// user::rw-, user:70000:rw-, group::r--, mask::rw-, other::r--
  private static let entries =
    "q:0x6000100000002,0x60002ffffffff,0x4000400011170,0x60010ffffffff,0x40020ffffffff,0xffffffff"

  @Test(arguments: [
    ("setxattr", Row(words: "188 s:LINK s:user.new s:v n:1 n:0"), "user.new", "user"),
    ("setxattr", Row(words: "189 s:LINK s:trusted.new s:v n:1 n:0", target: "LINK"), "trusted.new", "trusted"),
    ("setxattr", Row(words: "190 w:FILE s:user.new s:v n:1 n:0"), "user.new", "user"),
    ("setxattr", Row(words: "226 s:FILE s:user.new s:v n:1 n:0", actor: "call-compat"), "user.new", "user"),
    ("setxattr", Row(words: "188 s:FILE s:\(acl) \(entries) n:44 n:0"), acl, "system"),
    ("setxattr", Row(words: "190 w:FILE s:\(acl) \(entries) n:44 n:0"), acl, "system"),
    (
      "setxattr", Row(words: "188 s:DIRECTORY s:\(inherited) \(entries) n:44 n:0", target: "DIRECTORY"), inherited,
      "system"
    ),
    ("removexattr", Row(words: "197 s:FILE s:\(acl)"), acl, "system"),
    ("removexattr", Row(words: "199 w:FILE s:\(acl)"), acl, "system"),
    ("removexattr", Row(words: "197 s:LINK s:user.mark"), "user.mark", "user"),
    ("removexattr", Row(words: "198 s:FILE s:user.mark"), "user.mark", "user"),
    ("removexattr", Row(words: "199 w:FILE s:user.mark"), "user.mark", "user"),
    ("removexattr", Row(words: "466 f:PLACE s:file n:0 s:user.mark"), "user.mark", "user"),
  ])
  func `a change of an attribute tells its name`(type: String, row: Row, name: String, space: String) throws {
    // To remove a list that is not there changes nothing, and is not proven.
    if type == "removexattr", space == "system" {
      let set = ["call", "188", "s:\(file)", "s:\(name)", Self.entries, "n:44", "n:0"]
      #expect(try Outcome(of: [Program.actor] + set).text.contains("error=0"))
    }
    var row = row
    row.destination = [
      "attribute_name": Pattern(name), "attribute_namespace": Pattern(space), "uid": 0, "gid": 0,
    ]
    try expectChange(type, row)
  }

  // MARK: Names

  @Test(arguments: [
    ("unlink", Row(words: "87 s:FILE")),
    ("unlink", Row(words: "87 s:LINK", target: "LINK")),
    ("unlink", Row(words: "263 f:PLACE s:file n:0")),
    ("unlink", Row(words: "87 s:FILE", actor: "call-thread")),
    ("unlink", Row(words: "10 s:FILE", actor: "call-compat")),
    ("unlink", Row(words: "301 f:PLACE s:file n:0", actor: "call-compat")),
    ("rmdir", Row(words: "84 s:DIRECTORY/", target: "DIRECTORY")),
    ("rmdir", Row(words: "263 f:PLACE s:directory n:0x200", target: "DIRECTORY")),
    ("rmdir", Row(words: "40 s:DIRECTORY", actor: "call-compat", target: "DIRECTORY")),
  ])
  func `a removal tells what is gone`(type: String, row: Row) throws { try expectChange(type, row) }

  @Test(arguments: [
    Row(words: "83 s:NEW n:0750"), Row(words: "258 f:DIRECTORY s:../new n:0750"), Row(words: "83 s:NEW/ n:0750"),
    Row(words: "39 s:NEW n:0750", actor: "call-compat"),
  ])
  func `a mkdir tells the directory that it made`(row: Row) throws {
    let (trace, words) = try trace(row)
    expect(
      try trace.only("mkdir"),
      .event(
        "mkdir", "File Activity", process: try .actor(trace, words),
        [
          "file": try .file(place["new"]).with(["destination": ["mode": 0o750, "uid": 0, "gid": 0]])
        ]))
  }

  @Test(arguments: [
    ("link", Row(words: "86 s:FILE s:NEW")),
    ("link", Row(words: "86 s:LINK s:NEW", target: "LINK")),
    ("link", Row(words: "265 f:PLACE s:link f:DIRECTORY s:../new n:0x400")),
    ("link", Row(words: "265 f:FILE s: n:-100 s:NEW n:0x1000")),
    ("link", Row(words: "9 s:FILE s:NEW", actor: "call-compat")),
    ("rename", Row(words: "82 s:FILE s:NEW")),
    ("rename", Row(words: "82 s:LINK s:NEW", target: "LINK")),
    ("rename", Row(words: "82 s:DIRECTORY s:NEW", target: "DIRECTORY")),
    ("rename", Row(words: "264 f:PLACE s:file f:DIRECTORY s:../new")),
    ("rename", Row(words: "316 n:-100 s:FILE n:-100 s:NEW n:1")),
    ("rename", Row(words: "353 n:-100 s:FILE n:-100 s:NEW n:0", actor: "call-compat")),
  ])
  func `a new name is told with the old one`(type: String, row: Row) throws {
    let before = try Pattern.file(path(row.target), itself: true)
    let (trace, words) = try trace(row)
    let after = try Pattern.file(place["new"], itself: true)
    expect(
      try trace.only(type),
      .event(
        type, "File Activity", process: try .actor(trace, words), ["file": before.with(["destination": after])]))
  }

  @Test func `an exchange is a rename to the other's name`() throws {
    let other = try place.file("other")
    let before = try Pattern.file(file)
    let trace = try Trace(["call", "316", "n:-100", "s:\(file)", "n:-100", "s:\(other)", "n:2"])
    expect(try trace.only("rename")["file"], before.with(["destination": try .file(other)]))
  }

  @Test func `a rename over another file tells the file that moved`() throws {
    let other = try place.file("directory/other")
    let before = try Pattern.file(file)
    let trace = try Trace(["call", "82", "s:\(file)", "s:\(other)"])
    expect(try trace.only("rename")["file"], before.with(["destination": try .file(other)]))
  }

  // MARK: Through io_uring

  @Test(
    .since(6, 2, "a tracepoint tells what is submitted to io_uring"),
    arguments: [
      ("unlink", "36 n:-100 s:FILE n:0 n:0 n:0 n:0", "FILE", nil),
      ("rmdir", "36 f:PLACE s:directory n:0 n:0 n:0x200 n:0", "DIRECTORY", nil),
      ("rename", "35 n:-100 s:FILE n:-100 s:NEW n:0 n:0", "FILE", "NEW"),
      ("link", "39 f:PLACE s:file n:-100 s:NEW n:0 n:0", "FILE", "NEW"),
      ("mkdir", "37 f:PLACE s:new n:0750 n:0 n:0 n:0", "NEW", nil),
      ("setxattr", "42 n:-100 s:user.mark n:1 s:v n:0 s:LINK", "FILE", nil),
      ("setxattr", "41 w:FILE s:user.mark n:1 s:v n:0 n:0", "FILE", nil),
    ] as [(String, String, String, String?)], 0...3)
  func `a request to io_uring is told of who made it`(
    row: (type: String, words: String, target: String, destination: String?), how: Int
  ) throws {
    var file = row.target == "NEW" ? nil : try Pattern.file(path(row.target))
    let (trace, words) = try trace(Row(words: "\(row.words) \(how)", actor: "call-io-uring"))
    #expect(trace.values("error") == [0])
    if file == nil { file = try Pattern.file(place["new"]) }
    var destination: Pattern = .absent
    if row.destination != nil { destination = try .file(place["new"]) }
    if row.type == "mkdir" { destination = ["mode": 0o750, "uid": 0, "gid": 0] }
    if row.type == "setxattr" {
      destination = ["attribute_name": "user.mark", "attribute_namespace": "user", "uid": 0, "gid": 0]
    }
    let event = try trace.only(row.type)
    if how > 1 {
      let chdir = try trace.only("chdir")
      let order = trace.events.filter { $0 == event || $0 == chdir }
      #expect(order == [event, chdir], "it is told in time")
    }
    expect(
      event,
      .event(
        row.type, "File Activity", process: try .actor(trace, words),
        [
          "evt": ["name": Pattern(row.type), "category": "File Activity", "outcome": "Success", "async": true],
          "file": (file ?? .anything).with(["destination": destination]),
        ]))
  }

  // MARK: Refusals and failures

  @Test(arguments: [
    ("chmod", "90 s:FILE n:0777", 1), ("chmod", "91 f:FILE n:0777", 1), ("chown", "92 s:FILE n:1 n:1", 1),
    ("utimes", "235 s:FILE q:1,0,1,0", 1), ("setxattr", "188 s:FILE s:user.new s:v n:1 n:0", 13),
    ("removexattr", "197 s:FILE s:user.mark", 13), ("unlink", "87 s:FILE", 13), ("rmdir", "84 s:DIRECTORY", 13),
    ("rename", "82 s:FILE s:NEW", 13),
  ])
  func `a refused change tells the file, and where nothing proves it says so`(type: String, words: String, error: Int64)
    throws
  {
    let before = try Pattern.file(type == "rmdir" ? directory : file)
    let (trace, _) = try trace(Row(words: words, actor: "call-refused"))
    #expect(trace.values("error") == [error])
    let event = try trace.only(type)
    expect(event["evt"]["outcome"], "Refused")
    expect(event["usr"], ["id": "nobody", "group": "nogroup"])
    let hasDestination = !event["file"]["destination"].isAbsent
    expect(
      event["file"],
      before.with([
        "destination": hasDestination ? .anything : .absent,
        "path_resolution_error": mark.map { Pattern($0) } ?? .absent,
      ]))
  }

  /// What a path says of itself that nothing proves.
  private let mark = Kernel.seesInside ? nil : "non critical path resolution error: caller_string"

  @Test func `a refused mkdir tells the path that was asked for`() throws {
    let (trace, _) = try trace(Row(words: "83 s:NEW n:0700", actor: "call-refused"))
    let event = try trace.only("mkdir")
    expect(event["file"]["path"], Pattern(place["new"]))
    #expect(event["file"]["path_resolution_error"].string == mark)
    #expect(event["file"]["inode"].isAbsent && event["file"]["change_time"].isAbsent)
  }

  @Test func `a change that fails without being refused is not told`() throws {
    let (trace, _) = try trace(
      Row(
        words: """
          87 s:NEW then 83 s:FILE n:0700 then 84 s:PLACE then 82 s:NEW s:FILE then 90 s:NEW n:0 then 91 n:-1 n:0 then \
          86 s:FILE s:LINK then 197 s:FILE s:user.none then 316 n:-100 s:FILE n:-100 s:LINK n:1
          """))
    #expect(
      trace.values("error")
        == [ENOENT, EEXIST, ENOTEMPTY, ENOENT, ENOENT, EBADF, EEXIST, ENODATA, EEXIST].map(Int64.init))
    let types = Set(trace.events.compactMap { $0["evt"]["name"].string })
    #expect(types.isSubset(of: ["fork", "exec", "exit", "open"]), "\(types)")
  }

  // MARK: Against the caller

  @Test func `a string that changes under way is never taken for another file`() throws {
    let trace = try Trace(["race-chmod", place.path, "400"])
    let told = trace.events("chmod").filter { $0["syscall"]["chmod"]["path"].string?.hasPrefix("./") == false }
    let done: [(name: String, mode: Int64)] =
      (trace.values("a").map { ("a", $0) } + trace.values("b").map { ("b", $0) })
    try #require(told.count == 400 && done.count == 400)
    var truth: [Int64: [String]] = [:]
    for (name, mode) in done { truth[mode, default: []].append(place[name]) }
    var marked = 0
    for event in told {
      guard event["file"]["path_resolution_error"].isAbsent else {
        marked += 1
        continue
      }
      let mode = event["file"]["destination"]["mode"].integer ?? -1
      let path = event["file"]["path"].string ?? ""
      #expect(truth[mode, default: []].contains(path))
    }
    // Each mode is used some times over, so the counts of both have to agree as well.
    let proven = told.filter { $0["file"]["path_resolution_error"].isAbsent }
    let provenA = proven.filter { $0["file"]["name"].string == "a" }.count
    #expect(provenA <= trace.values("a").count && proven.count - provenA <= trace.values("b").count)
    #expect(marked < 400)
  }

  // MARK: Splice

  @Test func `a splice tells the end that is no pipe, and what became of the pipe`() throws {
    let before = try Pattern.file(file)
    let words = ["splice", file]
    let trace = try Trace(words)
    let events = trace.events("splice")
    try #require(events.count == 3)
    expect(events[0]["evt"], ["name": "splice", "category": "File Activity", "outcome": "Success"])
    expect(events[0]["file"], before)
    expect(events[0]["splice"], ["pipe_entry_flag": "", "pipe_exit_flag": .anything])
    #expect(events[1]["file"].isAbsent && events[2]["file"].isAbsent)
    expect(events[2]["evt"]["outcome"], "Error")
    #expect(try trace.value("error") == Int64(EBADF))
  }

  @Test func `a splice tells the flags that an earlier buffer left in the pipe`() throws {
    let trace = try Trace(["splice-drained", file])
    expect(
      try trace.only("splice")["splice"],
      ["pipe_entry_flag": "PIPE_BUF_FLAG_CAN_MERGE", "pipe_exit_flag": .matching("^(PIPE_BUF_FLAG_CAN_MERGE)?$")])
  }

  @Test func `a splice out of a pipe tells the flags of what is left in it`() throws {
    let event = try Trace(["splice-out", file]).only("splice")
    expect(event["file"]["path"], Pattern(file))
    let flag: Pattern = "PIPE_BUF_FLAG_CAN_MERGE"
    expect(event["splice"], ["pipe_entry_flag": flag, "pipe_exit_flag": flag])
  }

  /// `how`: 1 leaves it to a worker of the kernel, 2 asks for no completion, 3 for both.
  @Test(.since(6, 2, "a tracepoint tells what is submitted to io_uring"), arguments: 0...3)
  func `a splice through io_uring tells the same`(how: Int) throws {
    let before = try Pattern.file(file)
    let trace = try Trace(["splice-io-uring", file, "\(how)"])
    let event = try trace.only("splice")
    expect(event["file"], before)
    expect(event["evt"], ["name": "splice", "category": "File Activity", "outcome": "Success", "async": true])
    #expect(event["process"]["pid"].integer == (try trace.pid))
  }
}
