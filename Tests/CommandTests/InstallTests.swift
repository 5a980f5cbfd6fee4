import Foundation
import Support
import Testing

struct InstallTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    try place.directory("etc/systemd/system")
  }

  private func contents() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted()
  }

  @discardableResult
  private func martlet(_ words: String...) throws -> Outcome {
    try Outcome(martlet: words + ["--systemd", "--root", place.path])
  }

  @Test func `what is installed is gone when it is uninstalled`() throws {
    let before = try contents()
    #expect(try martlet("install").status == 0)
    #expect(
      try Set(contents()).subtracting(before) == [
        "etc/martlet", "etc/martlet/martlet.yaml", "etc/martlet/policies", "etc/systemd/system/martlet.service",
      ])
    #expect(try Outcome(martlet: ["config", "check", place["etc/martlet/martlet.yaml"]]).status == 0)
    #expect(try martlet("uninstall").status == 0)
    #expect(try contents() == before)
  }

  @Test func `what somebody changed stays, unless it is purged`() throws {
    try martlet("install")
    try Data("file: {keep: 3}\n".utf8).write(to: URL(filePath: place["etc/martlet/martlet.yaml"]))
    try place.file("etc/martlet/policies/own.policy", "rules: []")
    try martlet("install")
    let left = try martlet("uninstall")
    #expect(left.text == "left \(place["etc/martlet/martlet.yaml"])\nleft \(place["etc/martlet/policies"])\n")
    let before = try contents()
    #expect(before.contains("etc/martlet/policies/own.policy"))
    try martlet("uninstall", "--purge")
    #expect(try contents() == ["etc", "etc/systemd", "etc/systemd/system"])
  }

  @Test func `the unit is the one that packages have`() throws {
    _ = try Outcome(
      martlet: ["install", "--systemd", "--root", place.path, "--executable", "/usr/bin/martlet"])
    let packaged = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../packaging/systemd/martlet.service")
    #expect(
      try Data(contentsOf: URL(filePath: place["etc/systemd/system/martlet.service"])) == Data(contentsOf: packaged))
  }
}
