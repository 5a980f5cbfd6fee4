import Glibc
import Support
import Testing

@Suite(.kernel)
struct SysctlTests {
  @Test func `a parameter that is written and read is told twice, with its file`() throws {
    let words = ["domain-name", "after"]
    let trace = try Trace(words, options: ["--events", "sysctl"])
    let events = trace.events("sysctl")
    try #require(events.count == 2)
    for event in events {
      let file: Pattern = [
        "path": "/proc/sys/kernel/domainname", "name": "domainname", "filesystem": "proc", "uid": 0, "gid": 0,
        "hash_state": "NoHash", "mount_source": "unknown", "mount_origin": "unknown",
      ]
      expect(event, .event("sysctl", "Kernel Activity", process: try .actor(trace, words), ["file": file]))
    }
  }

  @Test func `a rule knows the value before and after`() throws {
    let place = try Workplace()
    let policy = try place.file(
      "parameters.policy",
      """
      rules:
        - id: written
          expression: >-
            sysctl.action == SYSCTL_WRITE && sysctl.name == "kernel/domainname" && sysctl.old_value == "before"
            && sysctl.value == "after" && !sysctl.value_truncated && sysctl.file_position == 0
        - id: read
          expression: >-
            sysctl.action == SYSCTL_READ && sysctl.name == "kernel/domainname" && sysctl.old_value == ""
            && sysctl.value == "after" && !sysctl.name_truncated
      """)
    let trace = try Trace(["domain-name", "after"], policy: policy, options: ["--only-matches"])
    #expect(trace.events.map(\.["agent"]["rule_id"].string) == ["written", "read"])
  }

  @Test func `nobody sees it who has not asked`() throws {
    #expect(try Trace(["domain-name", "after"]).events("sysctl").isEmpty)
  }
}
