import Foundation
import Glibc
import Support
import Testing

/// A process whose cgroup is named as container runtimes name theirs. Serialized: cgroups are the host's.
@Suite(.kernel, .serialized)
struct ContainerTests {
  @Test(arguments: ControlGroup.hierarchies)
  func `the container is the one that the cgroup names`(hierarchy: String) throws {
    let place = try Workplace()
    let file = try place.file("file")
    let id = (0..<4).map { _ in String(format: "%016lx", UInt64.random(in: .min ... .max)) }.joined()
    let group = try ControlGroup("\(hierarchy)/docker-\(id).scope")
    let trace = try Trace(["in-cgroup", group.path, "fork", file])

    let execs = trace.events("exec")
    try #require(execs.count == 2)
    #expect(execs[0]["container"] == .object([:]) && execs[0]["process"]["container"].isAbsent)
    let container: Pattern = ["id": Pattern(id), "created_at": .time]
    for event in [execs[1], try trace.only("fork"), try trace.only("open", path: file)] + trace.events("exit") {
      expect(event["container"], container)
      expect(event["process"]["container"], container)
      #expect(event["container"]["created_at"] == execs[1]["process"]["exec_time"])
    }
    // Its ancestors were never in it.
    #expect(execs[1]["process"]["parent"]["container"].isAbsent)
  }
  @Test(arguments: ControlGroup.hierarchies.prefix(1))
  func `a variable of a container is told with each match in it`(hierarchy: String) throws {
    let place = try Workplace()
    let file = try place.file("file")
    let id = (0..<4).map { _ in String(format: "%016lx", UInt64.random(in: .min ... .max)) }.joined()
    let group = try ControlGroup("\(hierarchy)/docker-\(id).scope")
    let policy = try place.file(
      "test.policy",
      """
      version: 1.2.3
      rules:
        - id: opened
          version: 7.0.1
          description: A file was opened in a container
          expression: open.file.path == "\(file)"
          tags: {team: ours}
          actions:
            - set: {name: times, expression: "${container.times} + 1", default_value: 0, scope: container}
      """)
    let trace = try Trace(["in-cgroup", group.path, "fork", file], policy: policy, options: ["--only-matches"])
    let match = try trace.only("open", path: file)
    expect(match["container"]["variables"], ["times": 1])
    expect(match["agent"]["rule_id"], "opened")
  }
}
