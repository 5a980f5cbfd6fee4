import MartletModel
import Testing

@testable import MartletContext

struct EnforcementTests {
  @Test func `the status is what the last write with a number asked for`() {
    var enforcement = Enforcement()
    #expect(enforcement.status(after: .enforce(nil)) == nil)
    #expect(enforcement.status(after: .enforce(true)) == .enforcing)
    #expect(enforcement.status(after: .enforce(nil)) == .enforcing)
    #expect(enforcement.status(after: .enforce(false)) == .permissive)
    #expect(enforcement.status(after: .disable(false)) == .permissive)
  }

  @Test func `what was disabled stays so`() {
    var enforcement = Enforcement()
    #expect(enforcement.status(after: .disable(true)) == .disabled)
    #expect(enforcement.status(after: .enforce(true)) == .disabled)
    #expect(enforcement.status(after: .disable(false)) == .disabled)
  }

  @Test func `booleans have no part in it`() {
    var enforcement = Enforcement()
    _ = enforcement.status(after: .enforce(true))
    #expect(enforcement.status(after: .boolean(name: "b", isOn: true)) == nil)
    #expect(enforcement.status(after: .commit(true)) == nil)
  }
}
