import Foundation
import Glibc
import MartletModel
import Testing

@testable import MartletAgent

/// What the agent notices of its surroundings. What is done to its probes, `KernelTests/TamperingTests` tells.
@Suite(.serialized)
struct SelfWatchTests {
  private let folder = TemporaryFolder()

  private func write(_ text: String, to name: String) throws -> String {
    let path = folder.path(name)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `a switch that is not as it was lasts until it is`() throws {
    let path = try write("1\n", to: "switch")
    var watch = SettingWatch(switches: [path, folder.path("none")], taints: folder.path("none"))
    #expect(watch.look().isEmpty)
    _ = try write("0\n", to: "switch")
    let changed = Disturbance(.settingChanged, .lasting, subject: path, detail: "0")
    #expect(watch.look() == [changed])
    #expect(watch.look() == [changed])
    _ = try write("1\n", to: "switch")
    #expect(watch.look().isEmpty)
    unsafe unlink(path)
    #expect(watch.look() == [Disturbance(.settingChanged, .lasting, subject: path)])
  }

  @Test(arguments: [("0", "4096", true), ("512", "12800", true), ("0", "512", false), ("4096", "4608", false)])
  func `a taint is told once, if code was put into the kernel`(before: String, after: String, isTold: Bool) throws {
    let path = try write(before, to: "tainted")
    var watch = SettingWatch(switches: [], taints: path)
    _ = try write(after, to: "tainted")
    #expect(watch.look() == (isTold ? [Disturbance(.settingChanged, .past, subject: path, detail: after)] : []))
    #expect(watch.look().isEmpty)
  }

  @Test func `what a kernel has of these settings can be read`() {
    var watch = SettingWatch()
    #expect(watch.look().isEmpty)
  }

  @Test func `a limit is put back`() throws {
    var watch = LimitWatch()
    #expect(watch.look().isEmpty)
    var limit = rlimit()
    let core = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    unsafe getrlimit(core, &limit)
    let before = limit.rlim_cur
    limit.rlim_cur = before == 4096 ? 8192 : 4096
    guard unsafe setrlimit(core, &limit) == 0 else { return }
    #expect(watch.look() == [Disturbance(.limitChanged, .mended, subject: "core", detail: "\(limit.rlim_cur)")])
    unsafe getrlimit(core, &limit)
    #expect(limit.rlim_cur == before)
    #expect(watch.look().isEmpty)
  }

  @Test func `time in which nothing ran is told, and time of work is not`() {
    var watch = ClockWatch()
    let end = ContinuousClock.now + .milliseconds(1100)
    while ContinuousClock.now < end {}
    let worked = watch.look(isLast: true)
    // On a loaded machine the rest of the time was others'.
    #expect(worked.allSatisfy { $0.kind == .stalled })
    usleep(1_100_000)
    #expect(watch.look().isEmpty)
    watch.continuedBy = 7
    var stalls: [Disturbance] = []
    // As long as it goes on it is not told.
    for _ in 0..<100 where stalls.isEmpty { stalls = watch.look() }
    #expect(stalls.map(\.kind) == [.stalled] && stalls[0].detail == "continued by pid 7")
    #expect(stalls.allSatisfy { (1000...60_000).contains($0.amount) })
    #expect(watch.look().isEmpty)
  }

  @Test func `nobody traces the tests`() { #expect(OwnStatus.tracer.number == 0) }

  @Test func `the memory is the process's own`() throws {
    #expect((1000...10_000_000).contains(try #require(OwnStatus.peakMemory.number)))
  }
}
