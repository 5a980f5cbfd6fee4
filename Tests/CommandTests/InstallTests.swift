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

  @Test func `a unit that somebody changed stays, unless it is purged`() throws {
    let unit = place["etc/systemd/system/martlet.service"]
    try martlet("install")
    let text = try String(contentsOfFile: unit, encoding: .utf8)
    for (line, changed) in [
      ("WatchdogSec=30", "WatchdogSec=60"), ("ExecStart=", "ExecStart=/usr/bin/nice "),
      (" run\n", " run --policy /p\n"),
    ] {
      try Data(text.replacing(line, with: changed).utf8).write(to: URL(filePath: unit))
      #expect(try martlet("uninstall").text == "left \(unit)\n", "\(changed)")
    }
    try martlet("uninstall", "--purge")
    #expect(!FileManager.default.fileExists(atPath: unit))
  }

  @Test(arguments: [
    ("/opt/martlet", "/opt/martlet"), ("/opt/a b/martlet", "\"/opt/a b/martlet\""), ("/opt/100%/m", "/opt/100%%/m"),
    ("/opt/\"a\"/m", "\"/opt/\\\"a\\\"/m\""),
  ])
  func `the program's path is one word of its unit`(path: String, word: String) throws {
    try martlet("install", "--executable", path)
    let unit = try String(contentsOfFile: place["etc/systemd/system/martlet.service"], encoding: .utf8)
    #expect(unit.contains("\nExecStart=\(word) run\n"))
    #expect(try martlet("uninstall").text == "")
  }

  @Test(arguments: ["martlet", "./martlet", "/opt/a\nb", ""])
  func `what is no absolute path of a program is refused`(path: String) throws {
    let before = try contents()
    let outcome = try martlet("install", "--executable", path)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasSuffix("' is no absolute path of a program\n"), "\(outcome.errors)")
    #expect(try contents() == before)
  }

  @Test func `where the configuration has it write elsewhere, the unit lets it, and no longer once that has changed`()
    throws
  {
    let places = "etc/systemd/system/martlet.service.d/martlet-places.conf"
    try martlet("install")
    let before = try contents()
    func configure(_ text: String) throws {
      try Data(text.utf8).write(to: URL(filePath: place["etc/martlet/martlet.yaml"]))
      #expect(try martlet("install").status == 0)
    }
    try configure(
      "{file: {path: /srv/a b/events.jsonl}, outbox: {path: /srv/100%}, control: {path: /run/martlet/other}}")
    let text = try String(contentsOfFile: place[places], encoding: .utf8)
    #expect(text.hasSuffix("[Service]\nReadWritePaths=-/srv/100%%\nReadWritePaths=\"-/srv/a b\"\n"), "\(text)")
    try configure("file: {path: /var/log/martlet/other.jsonl}")
    #expect(try contents() == before)
    try configure("file: {path: /srv/events.jsonl}")
    #expect(try contents().contains(places))
    try martlet("uninstall")
    #expect(try !contents().contains(places))
  }

  @Test func `where the shipper is, it is installed with the agent, and uninstalled`() throws {
    try place.file("martlet")
    try place.file("martlet-ship")
    let before = try contents()
    #expect(try martlet("install", "--executable", "/martlet").status == 0)
    #expect(
      try Set(contents()).isSuperset(of: [
        "etc/systemd/system/martlet-ship.service", "etc/sysusers.d/martlet-ship.conf",
        "etc/tmpfiles.d/martlet-ship.conf",
      ]))
    let unit = try String(contentsOfFile: place["etc/systemd/system/martlet-ship.service"], encoding: .utf8)
    #expect(unit.contains("\nExecStart=/martlet-ship run "))
    #expect(try martlet("uninstall").status == 0)
    #expect(try Set(contents()).subtracting(before) == ["etc/sysusers.d", "etc/tmpfiles.d"])
  }

  @Test func `what it writes is what packages have`() throws {
    try place.directory("usr/libexec/martlet")
    try place.file("usr/libexec/martlet/martlet-ship")
    try martlet("install", "--executable", "/usr/bin/martlet")
    let packaging = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../packaging")
    for (path, packaged) in [
      ("etc/systemd/system/martlet.service", "systemd/martlet.service"),
      ("etc/systemd/system/martlet-ship.service", "systemd/martlet-ship.service"),
      ("etc/sysusers.d/martlet-ship.conf", "sysusers.d/martlet-ship.conf"),
      ("etc/tmpfiles.d/martlet-ship.conf", "tmpfiles.d/martlet-ship.conf"),
      ("etc/martlet/martlet.yaml", "martlet.yaml"),
    ] {
      #expect(
        try Data(contentsOf: URL(filePath: place[path])) == Data(contentsOf: packaging.appending(path: packaged)),
        "\(path)")
    }
  }
}
