import Foundation
import Support
import Testing

/// What a command is known to do, learnt and judged.
@Suite(.kernel)
struct ProfileTests {
  let place: Workplace
  let profile: String

  init() throws {
    place = try Workplace()
    profile = place["web.profile"]
  }

  private func security(_ state: String, known: Bool, version: String = "1") -> Pattern {
    [
      "name": "web", "version": Pattern(version), "tags": ["command:sh"], "event_in_profile": .value(.bool(known)),
      "event_type_state": Pattern(state),
    ]
  }

  /// A profile that knows a shell that runs `true`.
  private func learn() throws {
    try trace("/bin/true", ["--learn", profile])
  }

  @discardableResult
  private func trace(_ script: String, _ options: [String], policy: String? = nil) throws -> Trace {
    try Trace(program: ["/bin/sh", "-c", script + "; :"], policy: policy, options: options)
  }

  @Test func `what happens while a profile learns is taken in and told to be known`() throws {
    let run = try trace("/bin/true", ["--learn", profile])
    for exec in run.events("exec") { expect(exec["security_profile"], security("auto_learning", known: true)) }
    #expect(run.events("exec").count == 2)
    #expect(run.events("exit").allSatisfy { $0["security_profile"].isAbsent })
    let learnt = try JSON(Array(try Data(contentsOf: URL(filePath: profile)))[...])
    expect(
      learnt,
      [
        "name": "web", "version": "1", "tags": ["command:sh"], "exec": ["/usr/bin/dash", "/usr/bin/true"], "dns": [],
      ])
    // To learn again adds to it.
    try trace("/bin/false", ["--learn", profile])
    let again = try JSON(Array(try Data(contentsOf: URL(filePath: profile)))[...])
    expect(again["exec"], ["/usr/bin/dash", "/usr/bin/false", "/usr/bin/true"])
    expect(again["version"], "2")
  }

  @Test func `what a profile does not know is an anomaly, with the rules that it matched and what was run`() throws {
    try learn()
    let policy = try place.file(
      "test.policy",
      """
      version: 1.2.3
      rules:
        - id: ran
          version: 7.0.1
          description: A program was run
          expression: exec.file.name in ["id", "true"]
          tags: {team: ours}
      """)
    let run = try trace("/bin/true; /usr/bin/id >/dev/null", ["--profile", profile], policy: policy)
    let known = try run.only("exec", path: "/usr/bin/true")
    expect(known["security_profile"], security("stable_event_type", known: true))
    expect(known["agent"]["rule_id"], "ran")
    let unknown = run.events("exec", path: "/usr/bin/id")
    try #require(unknown.map { $0["agent"]["rule_id"].string } == ["ran", "anomaly_detection"])
    for event in unknown { expect(event["security_profile"], security("stable_event_type", known: false)) }
    let anomaly = unknown[1]
    expect(anomaly["title"], "Anomaly detection")
    expect(
      anomaly["evt"]["matched_rules"],
      [
        [
          "id": "ran", "version": "7.0.1", "tags": ["team:ours"], "policy_name": "test.policy",
          "policy_version": "1.2.3",
        ]
      ])
    for name in ["policy_name", "policy_version", "rule_version"] { #expect(anomaly["agent"][name].isAbsent) }
    expect(anomaly["file"]["hash_state"], "Done")
    let digest = try Outcome(of: ["/usr/bin/sha256sum", "/usr/bin/id"]).text.prefix { $0 != " " }
    #expect(anomaly["file"]["hashes"][1].string == "sha256:\(digest)")
  }

  @Test func `a rule that allows it says nothing of what the workload is known for`() throws {
    try learn()
    let policy = try place.file(
      "test.policy",
      """
      rules:
        - id: quiet
          expression: exec.file.name in ["id", "true"]
          tags: {allow_autosuppression: "true"}
      """)
    let run = try trace(
      "/bin/true; /usr/bin/id >/dev/null", ["--profile", profile, "--only-matches"], policy: policy)
    #expect(run.events("exec", path: "/usr/bin/true").isEmpty)
    #expect(
      run.events("exec", path: "/usr/bin/id").map { $0["agent"]["rule_id"].string } == ["quiet", "anomaly_detection"])
  }

  @Test func `a profile that knows nothing of a type says so`() throws {
    try place.file("web.profile", #"{"name":"web","version":"1","tags":["command:sh"],"dns":[]}"#)
    let run = try trace("/bin/true", ["--profile", profile])
    for exec in run.events("exec") { expect(exec["security_profile"], security("no_profile", known: false)) }
    #expect(run.events("exec").count == 2)
  }

  @Test(arguments: [("Known.example", true), ("other.example", false)])
  func `names that are looked up are compared`(name: String, isKnown: Bool) throws {
    try place.file("web.profile", #"{"name":"web","version":"1","tags":["command:sh"],"dns":["known.example"]}"#)
    let run = try Trace(["dns-udp", "127.0.0.1", DNSTests.query(name)], options: ["--profile", profile])
    let question = try run.only("dns")
    expect(question["security_profile"], security("stable_event_type", known: isKnown))
    expect(question["agent"]["rule_id"], isKnown ? "martlet_trace" : "anomaly_detection")
  }

  @Test(arguments: ["", "[]", "{", #"{"exec":[7]}"#, #"{"exec":"/bin/sh"}"#])
  func `what is no profile is not used`(text: String) throws {
    try place.file("web.profile", text)
    let outcome = try Outcome(martlet: ["trace", "--profile", profile, "--", "/bin/true"])
    #expect(outcome.status == 2)
    #expect(outcome.errors == "martlet: '\(profile)' is no profile; write one with --learn\n")
  }

  @Test func `a profile that judges must be there, and one that learns must have a place`() throws {
    for words in [["--profile", place["none"]], ["--learn", place["none/none"]]] {
      let outcome = try Outcome(martlet: ["trace"] + words + ["--", "/bin/true"])
      #expect(outcome.status == 2)
      #expect(outcome.errors.hasPrefix("martlet: cannot use the profile '\(words[1])': No such file or directory"))
    }
  }
}
