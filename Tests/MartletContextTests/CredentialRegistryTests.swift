import MartletModel
import Testing

@testable import MartletContext

struct CredentialRegistryTests {
  private var registry = CredentialRegistry()
  private let image = ProcessImage(serial: 1, pid: 7, ppid: 1)
  /// 2024-10-02T14:03:07Z
  private let now = Instant(nanoseconds: 1_727_877_787_000_000_000)

  private func credentials(_ key: String, until end: String = "") -> AWSCredentials {
    var credentials = AWSCredentials()
    credentials.accessKeyID = key
    credentials.expiration = end
    return credentials
  }

  private var keys: [String] { image.awsCredentials.map(\.accessKeyID) }

  @Test mutating func `of one key the newest document holds`() {
    registry.give(credentials("A"), to: image, at: now)
    registry.give(credentials("B"), to: image, at: now)
    registry.give(credentials("A", until: "2099-01-01T00:00:00Z"), to: image, at: now)
    #expect(keys == ["B", "A"] && image.awsCredentials.last?.expiration == "2099-01-01T00:00:00Z")
  }

  @Test mutating func `each goes when it expires, and what does not say when stays`() {
    registry.give(credentials("late", until: "2024-10-02T14:03:09Z"), to: image, at: now)
    registry.give(credentials("soon", until: "2024-10-02T16:03:08+02:00"), to: image, at: now)
    registry.give(credentials("never", until: "tomorrow"), to: image, at: now)
    registry.expire(at: now)
    #expect(keys == ["late", "soon", "never"])
    registry.expire(at: Instant(nanoseconds: now.nanoseconds + 1_000_000_000))
    #expect(keys == ["late", "never"])
    registry.expire(at: Instant(nanoseconds: now.nanoseconds + 2_000_000_000))
    #expect(keys == ["never"])
  }

  @Test mutating func `the next image of a process has them as long as the first`() {
    registry.give(credentials("A", until: "2024-10-02T14:03:09Z"), to: image, at: now)
    let next = ProcessImage(serial: 2, pid: 7, ppid: 1)
    next.awsCredentials = image.awsCredentials
    registry.hold(next)
    registry.expire(at: Instant(nanoseconds: now.nanoseconds + 2_000_000_000))
    #expect(keys.isEmpty && next.awsCredentials.isEmpty)
  }

  @Test mutating func `what had expired when it came is not remembered`() {
    registry.give(credentials("old", until: "2024-10-02T14:03:07Z"), to: image, at: now)
    #expect(keys.isEmpty)
  }

  @Test mutating func `a process that asks without end has the newest few`() {
    for index in 0..<100 { registry.give(credentials("\(index)"), to: image, at: now) }
    #expect(keys == (92..<100).map(String.init))
  }
}
