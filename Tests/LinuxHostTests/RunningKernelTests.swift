import Foundation
import LinuxHost
import Testing

/// The parsers on what the kernel that runs the tests writes about this process.
struct RunningKernelTests {
  private func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func `the texts about this process agree with what it knows`() throws {
    let statText = try bytes("/proc/self/stat")
    let stat = ProcessStat(statText.span)
    #expect(stat?.pid == getpid())
    #expect(stat?.parent == getppid())
    #expect(stat?.session == getsid(0))
    #expect(stat?.startTicks != 0)

    let statusText = try bytes("/proc/self/status")
    let status = ProcessStatus(statusText.span)
    #expect(status?.tgid == getpid())
    #expect(status?.user.real == getuid())
    #expect(status?.group.effective == getegid())

    let arguments = try bytes("/proc/self/cmdline")
    #expect([String](nulSeparated: arguments.span) == CommandLine.arguments)

    let cgroups = try bytes("/proc/self/cgroup")
    #expect(!CgroupMembership(cgroups.span).entries.isEmpty)
  }

  @Test func `every mount of this process is read`() throws {
    let text = try bytes("/proc/self/mountinfo")
    let table = MountTable(text.span)
    #expect(table.malformedLines == 0)
    #expect(table.count == text.count { $0 == UInt8(ascii: "\n") })
    #expect(table.all.contains { $0.mountPoint == "/proc" && $0.fileSystem == "proc" })
  }

  @Test func `the boot time is in the past`() throws {
    let text = try bytes("/proc/stat")
    let boot = BootTime(procStat: text.span)
    #expect(Double(try #require(boot).unixSeconds) <= Date().timeIntervalSince1970)
  }
}
