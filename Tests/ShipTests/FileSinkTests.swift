import Foundation
import Glibc
import MartletOutbox
import Support
import Testing

struct FileSinkTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  private var output: String { stage.workplace["events.jsonl"] }

  @Test(arguments: [true, false])
  func `a file that is large is set aside, and so many are kept`(isCompressed: Bool) throws {
    stage.write(300)
    try stage.ship(
      "name: file\ntype: file\npath: \(output)\nrotate_size: 10KiB\nkeep: 3\ncompress: \(isCompressed)\nbatch: {events: 10, wait: 1ms}"
    )
    try stage.waitUntilDone("file")
    let ending = isCompressed ? ".zst" : ""
    for number in 1...3 { #expect(FileManager.default.fileExists(atPath: "\(output).\(number)\(ending)")) }
    #expect(!FileManager.default.fileExists(atPath: "\(output).4\(ending)"))
    if !isCompressed {
      let kept = [3, 2, 1].flatMap { numbers(content("\(output).\($0)")) } + numbers(content(output))
      #expect(kept == Array((301 - kept.count)...300))
    }
  }

  @Test func `a file that may become as old as it likes is not set aside`() throws {
    try stage.ship("name: file\ntype: file\npath: \(output)\nrotate_age: 0s\nkeep: 0\nbatch: {events: 10, wait: 1ms}")
    for _ in 1...3 {
      stage.write(10)
      try stage.waitUntilDone("file")
    }
    #expect(numbers(content(output)) == Array(1...30))
  }

  @Test func `a file that another writes to is waited for`() throws {
    let other = try OpenFile.open(output, O_RDWR | O_CREAT)
    let isLocked = other.lock()
    #expect(isLocked)
    stage.write(3)
    try stage.ship("name: file\ntype: file\npath: \(output)\nretry_at_most: 20ms\nbatch: {wait: 1ms}")
    try Program.wait { stage.values("file").failures > 1 }
    #expect(stage.values("file").trouble == "'\(output)' is held by another process")
    #expect(content(output).isEmpty)
    _ = consume other
    try stage.waitUntilDone("file")
    #expect(numbers(content(output)) == [1, 2, 3])
  }

  @Test func `logrotate sets the file aside under way, and no event is lost`() throws {
    let configuration = try stage.workplace.file(
      "logrotate.conf", "\(output) {\n  rotate 100\n  nocompress\n  missingok\n}\n")
    try stage.ship("name: file\ntype: file\npath: \(output)\nbatch: {events: 5, wait: 1ms}")
    for _ in 1...10 {
      stage.write(50)
      usleep(20_000)
      let outcome = try Outcome(of: [
        "/usr/sbin/logrotate", "--force", "--state", stage.workplace["logrotate.state"], configuration,
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    stage.write(1)
    try stage.waitUntilDone("file")
    var all: [Int] = []
    for number in stride(from: 10, through: 1, by: -1) { all += numbers(content("\(output).\(number)")) }
    #expect(all + numbers(content(output)) == Array(1...501))
  }

  @Test(.root)
  func `a full disk is waited for`() throws {
    let disk = try stage.workplace.directory("disk")
    try check("mount", unsafe mount("martlet-test", disk, "tmpfs", 0, "size=64k"))
    defer { unsafe umount(disk) }
    stage.write(400)
    try stage.ship(
      "name: file\ntype: file\npath: \(disk)/events.jsonl\nretry_at_most: 20ms\nbatch: {events: 10, wait: 1ms}")
    try Program.wait { stage.values("file").failures > 2 }
    #expect(stage.values("file").trouble?.contains("No space left on device") == true)
    try check("remount", unsafe mount("martlet-test", disk, "tmpfs", UInt(MS_REMOUNT), "size=4m"))
    try stage.waitUntilDone("file")
    #expect(numbers(content("\(disk)/events.jsonl")) == Array(1...400))
    stage.stop()
  }
}
