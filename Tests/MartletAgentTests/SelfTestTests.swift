import Foundation
import Glibc
import MartletOutput
import Support
import Testing

@testable import MartletAgent

struct SelfTestTests {
  @Test func `the time that probes take to load is not its own`() throws {
    let place = try Workplace()
    let test = try #require(SelfTest(in: place.path, patience: .seconds(5)))
    sleep(6)
    test.begin()
    #expect(test.result() == nil, "it has just begun")
    var result: AgentReport?
    try Program.wait {
      result = test.result()
      return result != nil
    }
    // Nobody watches.
    #expect(test.missing.count == 3 && result?.kind == .selfTest)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
  }
}
