import Foundation
import LinuxHost
import MartletContext
import Testing

@testable import MartletAgent

struct LiveHostTests {
  private let this = UInt32(ProcessInfo.processInfo.processIdentifier)

  @Test func `it answers with what procfs has of a process`() throws {
    let host = LiveHost()
    let stat = try #require(host.answer(.stat(pid: this)))
    #expect(ProcessStat(stat.span)?.pid == Int32(this))
    let executable = try #require(host.answer(.executable(pid: this)).flatMap(ExecutableAnswer.init))
    #expect(executable.path.hasPrefix("/"))
    #expect(executable.inode != 0)
    #expect(host.answer(.mounts(pid: this)) != nil)
    #expect(host.answer(.users(pid: 0)) == FileManager.default.contents(atPath: "/etc/passwd").map(Array.init))
  }

  @Test func `a process that is not there has no answer`() {
    for question in [HostQuestion.stat(pid: .max), .commandLine(pid: .max), .executable(pid: .max)] {
      #expect(LiveHost().answer(question) == nil)
    }
  }

  @Test func `command line and environment are answered without their secrets`() throws {
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/bin/sh")
    // The last one announces a secret and has none: what is behind its NUL is no argument.
    process.arguments = ["-c", "echo; read line", "sh", "--password=CANARY", "", "--token"]
    process.environment = ["PATH": "/bin", "KEY": "CANARY"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // A process that can be seen need not have its arguments yet; one that speaks has.
    _ = output.fileHandleForReading.availableData
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    let host = LiveHost()
    let pid = UInt32(process.processIdentifier)
    let line = try #require(host.answer(.commandLine(pid: pid)))
    #expect(
      [String](nulSeparated: line.span) == [
        "/bin/sh", "-c", "echo; read line", "sh", "--password=********", "", "--token",
      ])
    let environment = try #require(host.answer(.environment(pid: pid)))
    let names = [String](nulSeparated: environment.span)
    #expect(names.contains("PATH=/bin"))
    #expect(names.contains("KEY"))
  }
}
