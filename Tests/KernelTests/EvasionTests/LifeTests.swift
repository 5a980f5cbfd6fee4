import Glibc
import Support
import Testing

/// An agent that is gone: the next one tells.
@Suite(.kernel)
struct LifeTests {
  @Test(arguments: [(SIGKILL, "the last agent was killed"), (SIGTERM, "the last agent was stopped")])
  func `for how long nobody watched is told by the next agent`(signal: Int32, detail: String) throws {
    let place = try Workplace()
    let life = ["--no-own-rules", "--set", "life.path=\(place["alive"])"]
    let began = ContinuousClock.now
    let first = try Agent(life)
    _ = try first.stop(signal)
    #expect(try first.events().isEmpty)
    usleep(1_200_000)
    let second = try Agent(life)
    try Program.wait { try !second.events().isEmpty }
    let most = (ContinuousClock.now - began) / .milliseconds(1)
    #expect(try second.stop() == 0)
    let told = try second.events().filter { $0["evt"]["name"].string == "agent_disturbed" }
    try #require(told.count == 1)
    let variables = told[0]["evt"]["variables"]
    expect(variables["disturbance.kind"], "unwatched")
    expect(variables["disturbance.detail"], Pattern(detail))
    let milliseconds = try #require(variables["disturbance.milliseconds"].integer)
    #expect(milliseconds >= 1200 && Double(milliseconds) <= most)
  }

  @Test(arguments: ["", "garbage", "1 2 3", "99999999999999999999 alive"])
  func `what is no sign of life is written over`(text: String) throws {
    let place = try Workplace()
    let agent = try Agent(["--no-own-rules", "--set", "life.path=\(place.file("alive", text))"])
    #expect(try agent.stop() == 0)
    #expect(try agent.events().isEmpty)
    let written = try Outcome(of: ["/bin/cat", place["alive"]]).text
    #expect(written.hasSuffix(" stopped    \n") && written.utf8.count == 32)
  }
}
