import Foundation
import Glibc
import Support
import Testing

@Suite(.kernel)
struct CgroupWriteTests {
  private func group(_ hierarchy: String) throws -> ControlGroup {
    try ControlGroup("\(hierarchy)/martlet-test-\(UInt64.random(in: .min ... .max))")
  }

  @Test(
    arguments: ControlGroup.hierarchies, ["write", "pwrite", "writev", "pwritev", "pwritev2", "sendfile"])
  func `whoever moves a process is told, with the file and whom`(hierarchy: String, how: String) throws {
    let group = try group(hierarchy)
    let file = group.path + "/cgroup.procs"
    let place = try Workplace()
    let policy = try place.file(
      "groups.policy",
      """
      rules:
        - id: moved
          expression: cgroup_write.file.path == "\(file)" && cgroup_write.pid > 0
          actions:
            - set: {name: moved, field: cgroup_write.pid}
      """)
    let words = ["move-child", file, how]
    let trace = try Trace(words, policy: policy, options: ["--only-matches"])
    let event = try trace.only("cgroup_write")
    expect(event["evt"]["variables"]["moved"], Pattern(try trace.value("child")))
    expect(event["file"]["path"], Pattern(file))
    expect(event["process"]["pid"], Pattern(try trace.pid))
  }

  @Test(arguments: ControlGroup.hierarchies)
  func `the whole event`(hierarchy: String) throws {
    let group = try group(hierarchy)
    let file = group.path + "/cgroup.procs"
    let words = ["move-child", file, "write"]
    let told = try Pattern.file(file)
    let trace = try Trace(words, options: ["--events", "cgroup_write"])
    expect(
      try trace.only("cgroup_write"),
      .event("cgroup_write", "Kernel Activity", process: try .actor(trace, words), ["file": told]))
  }

  @Test(arguments: ["0", "1", "2", "3"])
  func `through a ring it is one, too, with a completion or without`(how: String) throws {
    if how > "1", !Kernel.isSince(6, 2) { return }
    let group = try group(try #require(ControlGroup.hierarchies.first))
    let file = group.path + "/cgroup.procs"
    let trace = try Trace(
      ["call-io-uring", "23", "w:\(file)", "s:0", "n:1", "n:0", "n:0", "n:0", how],
      options: ["--events", "cgroup_write"])
    let event = try trace.only("cgroup_write")
    expect(event["evt"]["async"], true)
    expect(event["file"]["path"], Pattern(file))
  }
}
