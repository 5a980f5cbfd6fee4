import Support
import Testing

@Suite(.kernel)
struct CredentialsTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// Calls one after the other in one process, and what each commits.
  struct Row: CustomTestStringConvertible {
    let call: String
    let type: String
    /// The three ids of the destination: real, effective, of the file system.
    let ids: [UInt32]

    var testDescription: String { call }
  }

  /// Each starts from what the one before left.
  static let rows = [
    Row(call: "setgid 7", type: "setgid", ids: [7, 7, 7]),
    Row(call: "setregid -1 8", type: "setgid", ids: [7, 8, 8]),
    Row(call: "setresgid 1 2 3", type: "setgid", ids: [1, 2, 2]),
    Row(call: "setresgid -1 -1 -1", type: "setgid", ids: [1, 2, 2]),
    Row(call: "setfsgid 9", type: "setgid", ids: [1, 2, 9]),
    Row(call: "setfsuid 1", type: "setuid", ids: [0, 0, 1]),
    Row(call: "setfsuid 0", type: "setuid", ids: [0, 0, 0]),
    Row(call: "setreuid -1 0", type: "setuid", ids: [0, 0, 0]),
    Row(call: "setresuid 2 0 54321", type: "setuid", ids: [2, 0, 0]),
    Row(call: "setuid 65534", type: "setuid", ids: [65534, 65534, 65534]),
  ]

  private static func identity(_ kind: String, _ ids: [UInt32]) -> Pattern {
    let isUser = kind == "setuid"
    func name(_ id: UInt32) -> Pattern { (isUser ? userName(id) : groupName(id)).map { Pattern($0) } ?? .absent }
    let names =
      isUser
      ? ["uid", "user", "euid", "euser", "fsuid", "fsuser"] : ["gid", "group", "egid", "egroup", "fsgid", "fsgroup"]
    return [
      names[0]: Pattern(ids[0]), names[1]: name(ids[0]), names[2]: Pattern(ids[1]), names[3]: name(ids[1]),
      names[4]: Pattern(ids[2]), names[5]: name(ids[2]),
    ]
  }

  @Test func `a changed identity is told beside the one before it`() throws {
    let words = ["identity"] + Self.rows.flatMap { $0.call.split(separator: " ").map(String.init) }
    let trace = try Trace(words)
    let events = trace.events("setuid") + trace.events("setgid")
    let ordered = trace.events.filter { ["setuid", "setgid"].contains($0["evt"]["name"].string) }
    try #require(events.count == Self.rows.count)

    var user: [UInt32] = [0, 0, 0]
    var group: [UInt32] = [0, 0, 0]
    for (row, event) in zip(Self.rows, ordered) {
      let before = Pattern.credentials(
        uid: user[0], gid: group[0], euid: user[1], egid: group[1], fsuid: user[2], fsgid: group[2],
        // Leaving root for files takes the capabilities that are about files; they come back.
        effective: user[2] == 0 ? Capability.own : Capability.own & ~Capability.ofFiles)
      let usr: Pattern = [
        "id": userName(user[0]).map { Pattern($0) } ?? .absent,
        "group": groupName(group[0]).map { Pattern($0) } ?? .absent,
      ]
      let identity = before.with(["destination": Self.identity(row.type, row.ids)])
      expect(
        event, .event(row.type, "File Activity", process: try .actor(trace, words, credentials: identity), usr: usr))
      if row.type == "setuid" { user = row.ids } else { group = row.ids }
    }
    let last = Pattern.credentials(
      uid: 65534, gid: 1, euid: 65534, egid: 2, fsuid: 65534, fsgid: 9, effective: 0, permitted: 0)
    expect(try trace.only("exit")["process"]["credentials"], last)
  }

  @Test func `a change that is not allowed is none`() throws {
    let trace = try Trace(["identity", "setuid", "65534", "setuid", "0", "setresgid", "5", "5", "5", "setfsuid", "0"])
    #expect(trace.values("result") == [0, -1, -1, 65534])
    #expect(trace.events("setgid").isEmpty)
    #expect(trace.events("setuid").count == 1)
  }

  @Test func `changed capabilities are told beside those before`() throws {
    let effective: UInt64 = 1 << 5
    let permitted: UInt64 = 1 << 5 | 1 << 21 | 1 << 39
    let words = ["capabilities", "\(effective)", "\(permitted)"]
    let trace = try Trace(words)
    let before = Pattern.credentials().with([
      "destination": [
        "cap_effective": ["CAP_KILL"], "cap_permitted": ["CAP_BPF", "CAP_KILL", "CAP_SYS_ADMIN"],
      ]
    ])
    expect(
      try trace.only("capset"),
      .event("capset", "File Activity", process: try .actor(trace, words, credentials: before)))
    expect(
      try trace.only("exit")["process"]["credentials"], .credentials(effective: effective, permitted: permitted))
  }

  @Test func `each thread acts with its own identity`() throws {
    let mine = try place.file("mine")
    let others = try place.file("others")
    let trace = try Trace(["one-thread-changes", mine, others])
    let thread = Pattern(try trace.value("thread"))
    let changed = Pattern.credentials(fsuid: 65534, effective: Capability.own & ~Capability.ofFiles)

    let change = try trace.only("setuid")["process"]
    expect(change["tid"], thread)
    expect(
      change["credentials"],
      Pattern.credentials().with([
        "destination": ["uid": 0, "user": "root", "euid": 0, "euser": "root", "fsuid": 65534, "fsuser": "nobody"]
      ]))
    let threads = try trace.only("open", path: mine)["process"]
    expect(threads["tid"], thread)
    expect(threads["credentials"], changed)
    let leaders = try trace.only("open", path: others)["process"]
    expect(leaders["tid"], Pattern(try trace.pid))
    expect(leaders["credentials"], .credentials())
    expect(try trace.only("exit")["process"]["credentials"], .credentials())
  }
}
