import Foundation
import Support
import Testing

private let selinuxfs = "/sys/fs/selinux"

/// Where SELinux runs: kernels that have it in the list of their security modules.
@Suite(.kernel)
struct SELinuxTests {
  /// The three writes of an actor, expected to say the same.
  private func written(_ node: String, _ text: String, _ selinux: Pattern) throws {
    let path = selinuxfs + "/" + node
    let words = ["selinux-write", path, text]
    let trace = try Trace(words)
    let events = trace.events("selinux")
    #expect(events.count == 3)
    for event in events {
      expect(event["evt"], ["name": "selinux", "category": "Kernel Activity", "outcome": "Success"])
      expect(event["file"]["path"], Pattern(path))
      expect(event["selinux"], selinux)
    }
  }

  @Test func `a write to enforce tells what is enforced then`() throws {
    try written("enforce", "0", ["enforce": ["status": "permissive"]])
    try written("enforce", "garbage", ["enforce": [:]])
  }

  @Test func `a commit is one unless it is of 0`() throws {
    try written("commit_pending_bools", "1", ["bool_commit": ["state": true]])
    try written("commit_pending_bools", "0", ["bool_commit": [:]])
  }

  @Test func `a boolean tells its name and its state`() throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: selinuxfs + "/booleans")) ?? []
    guard let name = names.first else { return }
    for (text, state) in [("1", "on"), ("0", "off"), ("garbage", "error")] {
      try written("booleans/" + name, text, ["bool": ["name": Pattern(name), "state": Pattern(state)]])
    }
  }
}
