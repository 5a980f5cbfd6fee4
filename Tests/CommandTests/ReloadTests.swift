import Foundation
import Glibc
import Support
import Testing

/// Policies that change while `martlet run` asks them.
@Suite(.kernel)
struct ReloadTests {
  private let policies: Workplace

  init() throws { policies = try Workplace() }

  private func write(_ argument: String, to file: String = "own.policy") throws {
    let text = "rules:\n  - id: finds_\(argument)\n    expression: exec.argv == \"\(argument)\"\n"
    try Data(text.utf8).write(to: URL(filePath: policies[file]), options: .atomic)
  }

  private func agent(_ options: String...) throws -> Agent {
    try Agent(["--no-own-rules", "--policy", policies.path, "--set", "policies.settle=100ms"] + options)
  }

  /// The ids of rules that matched.
  private func matches(_ agent: Agent) throws -> [String] {
    try agent.events().compactMap { $0["agent"]["rule_id"].string }.filter { $0.hasPrefix("finds_") }
  }

  @Test func `a change of the directory is heeded`() throws {
    try write("one")
    let agent = try agent()
    try agent.watches(["/bin/true", "one"])
    try write("two")
    try agent.program.says("asking 1 rules")
    try agent.watches(["/bin/true", "one"])
    try agent.watches(["/bin/true", "two"])
    #expect(try agent.stop() == 0)
    #expect(try matches(agent) == ["finds_one", "finds_two"])
  }

  @Test func `rules about other types and other files find them, though nobody asked for those at the start`() throws {
    let place = try Workplace()
    for name in ["first", "second"] { try place.file(name) }
    func ask(_ expression: String) throws {
      let text = "rules:\n  - id: finds_it\n    every: 1ns\n    expression: '\(expression)'\n"
      try Data(text.utf8).write(to: URL(filePath: policies["own.policy"]), options: .atomic)
    }
    try write("one")
    let agent = try agent()
    let acts = ["/bin/sh", "-c", "chmod 600 \(place["first"]); cat \(place["first"]) \(place["second"])"]
    for expression in [
      "open.file.path == \"\(place["first"])\"", "chmod.file.path == \"\(place["first"])\" && chmod.retval == 0",
      "open.file.path == \"\(place["second"])\"",
    ] {
      let count = agent.program.errors.ranges(of: "asking 1 rules").count
      try ask(expression)
      try agent.program.says("asking 1 rules", times: count + 1)
      try agent.watches(acts)
    }
    #expect(try agent.stop() == 0)
    let found = try agent.events().filter { $0["agent"]["rule_id"].string?.hasPrefix("finds_") == true }
    #expect(found.map { $0["evt"]["name"].string } == ["open", "chmod", "open"])
    #expect(found.map { $0["file"]["path"].string } == ["first", "first", "second"].map { place[$0] })
  }

  @Test func `what nobody asked for at the start is attached though privileges are gone`() throws {
    try write("one")
    let agent = try agent()
    let status = try String(contentsOfFile: "/proc/\(agent.program.pid)/status", encoding: .utf8)
    #expect(status.contains("CapEff:\t0000000000080004\n"))
    // A probe of control groups and one of what is moved among them: neither is a system call's.
    try Data(
      """
      rules:
        - id: finds_setting
          expression: sysctl.name == "kernel/hostname" && sysctl.action == SYSCTL_READ
        - id: finds_move
          expression: cgroup_write.file.path in [ ~"\(agent.cgroup.path)/**" ]
      """.utf8
    ).write(to: URL(filePath: policies["own.policy"]), options: .atomic)
    try agent.program.says("asking 2 rules")
    let nested = agent.cgroup.path + "/nested"
    unsafe mkdir(nested, 0o755)
    try agent.watches(["/bin/sh", "-c", "cat /proc/sys/kernel/hostname; echo $$ > \(nested)/cgroup.procs"])
    #expect(try agent.stop() == 0)
    #expect(try Set(matches(agent)) == ["finds_setting", "finds_move"])
  }

  @Test func `what is no policy has nothing loaded`() throws {
    try write("one")
    let agent = try agent()
    for name in [".own.policy.swp", "own.policy~", "4913", "README"] { try policies.file(name) }
    sleep(1)
    try write("two")
    try agent.program.says("asking 1 rules")
    #expect(try agent.stop() == 0)
    #expect(agent.program.errors.ranges(of: "asking 1 rules").count == 1)
  }

  @Test func `policies that go on changing are loaded all the same`() throws {
    try write("one")
    let agent = try agent()
    try Program.wait {
      try write("two")
      return agent.program.errors.contains("asking 1 rules")
    }
    #expect(try agent.stop() == 0)
  }

  @Test func `SIGHUP has policies loaded where changes are not heeded`() throws {
    try write("one")
    let agent = try agent("--set", "policies.watch=false")
    try write("two")
    usleep(400_000)
    try agent.watches(["/bin/true", "one"])
    kill(agent.program.pid, SIGHUP)
    try agent.program.says("asking 1 rules")
    try agent.watches(["/bin/true", "two"])
    #expect(try agent.stop() == 0)
    #expect(try matches(agent) == ["finds_one", "finds_two"])
  }

  @Test func `a file that cannot be used leaves the rules as they are, and says so`() throws {
    try write("one")
    let agent = try agent()
    // At once, as an empty file would be loaded.
    try policies.file("bad", "rules: [")
    try FileManager.default.moveItem(atPath: policies["bad"], toPath: policies["bad.policy"])
    try agent.program.says("\(policies["bad.policy"]):2:1: ")
    try agent.watches(["/bin/true", "one"])
    try FileManager.default.removeItem(atPath: policies["bad.policy"])
    try agent.program.says("asking 1 rules")
    #expect(try agent.stop() == 0)
    #expect(try matches(agent) == ["finds_one"])
    let reports = try agent.reports("ruleset_loaded")
    #expect(
      reports.map { $0["title"].string } == [
        "New ruleset loaded", "New ruleset refused, the one before stays", "New ruleset loaded",
      ])
    let refused = try #require(reports.dropFirst().first)
    #expect(refused["message"].string?.contains("bad.policy:2:1") == true)
    #expect(refused["policies"].array.map { $0["status"].string } == ["loaded", "error"])
    #expect(reports[0]["policies"][0]["rules"][0]["id"].string == "finds_one")
  }

  @Test func `a file's name cannot say more in the log than a name`() throws {
    try write("one")
    let agent = try agent()
    try policies.file("a\nmartlet: b.policy", "rules: [")
    try agent.program.says("a?martlet: b.policy:2:1: ")
    #expect(try agent.stop() == 0)
  }

  @Test func `a rule that is wrong is told, and the others are asked`() throws {
    try write("one")
    let agent = try agent()
    try policies.file("odd.policy", "rules:\n  - id: odd\n    expression: exec.argvv == \"x\"\n")
    try agent.program.says("did you mean 'exec.argv0'?")
    try Program.wait { try agent.told(["status"]).text.contains("there are 1 mistakes in the policies") }
    try agent.watches(["/bin/true", "one"])
    #expect(try agent.stop() == 0)
    #expect(try matches(agent) == ["finds_one"])
  }

  @Test func `a directory that is removed leaves the rules as they are, and one that comes back is heeded`() throws {
    try policies.directory("d")
    try write("one", to: "d/own.policy")
    let agent = try Agent(["--no-own-rules", "--policy", policies["d"], "--set", "policies.settle=100ms"])
    // At once, as an empty directory would be loaded.
    try FileManager.default.moveItem(atPath: policies["d"], toPath: policies["removed"])
    try agent.program.says("those before stay")
    try agent.watches(["/bin/true", "one"])
    try policies.directory("d")
    try write("two", to: "d/own.policy")
    try agent.program.says("asking 1 rules")
    try agent.watches(["/bin/true", "two"])
    #expect(try agent.stop() == 0)
    #expect(try matches(agent) == ["finds_one", "finds_two"])
  }

  @Test func `no event is missed and none told twice while rules change`() throws {
    let text = "rules:\n  - id: finds_all\n    expression: exec.file.name == \"true\"\n"
    try policies.file("all.policy", text)
    let agent = try agent()
    let place = try Workplace()
    let running = try place.file("running")
    let load = try Program(
      agent.cgroup.inside([
        "/bin/sh", "-c", "i=0; while [ -e \(running) ] && [ $i -lt 2000 ]; do /bin/true $i; i=$((i+1)); done; echo $i",
      ]))
    for loads in 1...4 {
      kill(agent.program.pid, SIGHUP)
      try agent.program.says("asking 1 rules", times: loads)
    }
    try FileManager.default.removeItem(atPath: place["running"])
    try load.wait()
    #expect(try agent.stop() == 0)
    let count = try #require(load.output.lines.last.flatMap { Int(String(decoding: $0, as: UTF8.self)) })
    let told = try agent.events().filter { $0["agent"]["rule_id"].string == "finds_all" }
    // A rule tells ten times a second, and forty times at once: what it drops, it drops by itself.
    let indices = told.compactMap { $0["process"]["args"][0].string.flatMap(Int.init) }
    #expect(Set(indices).count == indices.count)
    #expect(indices == indices.sorted())
    #expect(agent.program.errors.contains(" \(count + 1) exec") || agent.program.errors.contains(" \(count + 2) exec"))
  }
}
