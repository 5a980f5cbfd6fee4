import Glibc
import Support
import Testing

@Suite(.kernel)
struct PrctlTests {
  private static let options = ["--events", "prctl"]

  @Test func `an attribute that a thread sets is told`() throws {
    let words = ["call", "157", "n:38", "n:1"]
    let trace = try Trace(words, options: Self.options)
    #expect(trace.values("error") == [0])
    expect(try trace.only("prctl"), .event("prctl", "Process Activity", process: try .actor(trace, words)))
  }

  @Test func `nobody sees it who has not asked`() throws {
    #expect(try Trace(["call", "157", "n:38", "n:1"]).events("prctl").isEmpty)
  }

  @Test(arguments: [("call", "157"), ("call-compat", "172")])
  func `a rule knows the name that a thread gave itself`(actor: String, number: String) throws {
    let place = try Workplace()
    let policy = try place.file(
      "names.policy",
      """
      rules:
        - id: whole
          expression: prctl.option == PR_SET_NAME && prctl.new_name == "worker" && !prctl.is_name_truncated
        - id: cut
          expression: prctl.new_name == "a name that is " && prctl.is_name_truncated && prctl.retval == 0
        - id: neither
          expression: prctl.option == PR_SET_NAME && prctl.new_name in ["", "a name that is too long"]
      """)
    let trace = try Trace(
      [actor, number, "n:15", "s:worker", "then", number, "n:15", "s:a name that is too long"], policy: policy,
      options: ["--only-matches"])
    #expect(trace.events.map(\.["agent"]["rule_id"].string) == ["whole", "cut"])
  }

  @Test func `what is refused is told, what fails is not`() throws {
    let trace = try Trace(["call-refused", "157", "n:24", "n:0", "then", "157", "n:9999"], options: Self.options)
    #expect(trace.values("error") == [Int64(EPERM), Int64(EINVAL)])
    expect(try trace.only("prctl")["evt"]["outcome"], "Refused")
  }
}
