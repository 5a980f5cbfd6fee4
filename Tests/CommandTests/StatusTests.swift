import Support
import Testing

@Suite(.kernel)
struct StatusTests {
  @Test(arguments: [Int32(0), 3, 255])
  func `trace passes on the status of its command`(status: Int32) throws {
    #expect(try Outcome(martlet: ["trace", "--", Program.actor, "exit", "\(status)"]).status == status)
  }
}
