import Foundation
import Support
import Testing

/// Rules asked about live events.
@Suite(.kernel)
struct PolicyTraceTests {
  let place: Workplace
  let policy: String

  init() throws {
    place = try Workplace()
    policy = place["test.policy"]
    try """
    version: 1.2.3
    rules:
      - id: passwd_opened
        version: 7.0.1
        description: The users were read
        expression: open.file.path == "/etc/passwd" && process.parent.file.name == "actor"
        actions:
          - set: {name: seen, value: true}
          - set: {name: times, expression: "${process.times} + 1", default_value: 0, scope: process, inherited: true}
          - set: {name: paths, field: open.file.path, append: true}
      - id: after_that
        version: 7.0.2
        description: A process ended after the users were read
        expression: exit.code == 0 && ${seen} && ${process.times} >= 1
      - id: quiet
        expression: exec.file.name == "actor"
        silent: true
      - id: never
        description: Nothing like this happens
        expression: open.file.path == "/nowhere/at/all"
    """.write(toFile: policy, atomically: true, encoding: .utf8)
  }

  @Test func `a match leaves with its rule, its policy and the variables that it sets`() throws {
    let trace = try Trace(["fork-exec", "open", "/etc/passwd", "0", "0"], policy: policy, options: ["--only-matches"])
    let rules = trace.events.compactMap(\.["agent"]["rule_id"].string)
    #expect(Set(rules) == ["passwd_opened", "after_that"])
    let event = try #require(trace.events.first { $0["agent"]["rule_id"].string == "passwd_opened" })
    #expect(event["title"].string == "The users were read")
    #expect(event["agent"]["rule_version"].string == "7.0.1")
    #expect(event["agent"]["policy_name"].string == "test.policy")
    #expect(event["agent"]["policy_version"].string == "1.2.3")
    #expect(event["evt"]["name"].string == "open" && event["file"]["path"].string == "/etc/passwd")
    #expect(event["evt"]["variables"]["seen"] == .bool(true))
    #expect(event["evt"]["variables"]["paths"][0].string == "/etc/passwd")
    #expect(event["process"]["variables"]["times"].integer == 1)
    #expect(trace.summary.contains(" matches · 0 lost"), "\(trace.summary)")
  }

  @Test func `events that match nothing are shown too, unless only matches are asked for`() throws {
    let all = try Trace(["open", "/etc/passwd", "0", "0"], policy: policy)
    #expect(all.events("exec").count == 1)
    #expect(all.events("exec").first?["agent"]["rule_id"].string == "martlet_trace")
    let matches = try Trace(["open", "/etc/passwd", "0", "0"], policy: policy, options: ["--only-matches"])
    #expect(matches.events.isEmpty)
  }

  @Test func `a replay finds what the live session found`() throws {
    let recording = place["recording"]
    let command = ["fork-exec", "open", "/etc/passwd", "0", "0"]
    _ = try Outcome(martlet: ["record", "-o", recording, "--", Program.actor] + command)
    let replay = try Outcome(martlet: [
      "replay", "--format", "json", "--policy", policy, "--only-matches", recording,
    ])
    #expect(replay.status == 0)
    let rules = try replay.output.events().map { $0["agent"]["rule_id"].string }
    #expect(Set(rules) == ["passwd_opened", "after_that"])
  }

  @Test func `for eyes a match is a line below its event`() throws {
    let outcome = try Outcome(martlet: [
      "trace", "--format", "compact", "--policy", policy, "--", Program.actor, "fork-exec", "open", "/etc/passwd", "0",
      "0",
    ])
    let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    let match = try #require(lines.firstIndex { $0.contains("▲ passwd_opened  The users were read") })
    #expect(lines[match - 1].contains("/etc/passwd"))
  }

  @Test func `the rule pack sees a program that reads the password hashes`() throws {
    let outcome = try Outcome(martlet: [
      "trace", "--format", "json", "--only-matches", "--", "/bin/cat", "/etc/shadow",
    ])
    let rules = outcome.output.split(separator: 0x0a).filter { $0.first == UInt8(ascii: "{") }.compactMap {
      try? JSON($0)["agent"]["rule_id"].string
    }
    #expect(rules.contains("shadow_file_read"))
  }

  @Test(arguments: [("7002", 1), ("7003", 0)])
  func `a rule about connections has them watched, and what fits none is not shown`(port: String, count: Int) throws {
    let policy = place["connections.policy"]
    try """
    rules:
      - id: connected
        expression: connect.addr.port == 7002 && connect.addr.ip in [ 127.0.0.0/8 ]
    """.write(toFile: policy, atomically: true, encoding: .utf8)
    let trace = try Trace(["connect", "127.0.0.1", port], policy: policy)
    #expect(
      trace.events("connect").compactMap(\.["agent"]["rule_id"].string) == Array(repeating: "connected", count: count))
    #expect(trace.events("accept").isEmpty)
    #expect(trace.events("bind").count == 1)
  }

  @Test func `a rule that does not load is told, and the others are asked`() throws {
    let broken = place["broken.policy"]
    try """
    rules:
      - id: wrong
        expression: open.file.pth == "/etc/passwd"
      - id: right
        expression: exec.file.name == "actor"
    """.write(toFile: broken, atomically: true, encoding: .utf8)
    let outcome = try Outcome(martlet: [
      "trace", "--format", "json", "--only-matches", "--policy", broken, "--", Program.actor, "nothing",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("broken.policy:3:"))
    #expect(outcome.errors.contains("open.file.path"))
    #expect(String(decoding: outcome.output, as: UTF8.self).contains(#""rule_id":"right""#))
  }

  @Test func `a policy that cannot be read ends it before the command is started`() throws {
    let mark = place["mark"]
    let outcome = try Outcome(martlet: ["trace", "--policy", "/nowhere/x.policy", "--", "/usr/bin/touch", mark])
    #expect(outcome.status == 2 && outcome.errors.contains("/nowhere/x.policy"))
    #expect(!FileManager.default.fileExists(atPath: mark))
  }
}
