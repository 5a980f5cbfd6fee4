import CMartletABI
import MartletModel
import Testing

@testable import MartletSensor

/// The records of what a process sets, and of which calls it makes.
struct SettingRecordTests {
  @Test func `a name that a thread gave itself`() throws {
    guard case .prctl(let prctl) = try decode(SampleRecord.prctl).detail else { throw Unexpected() }
    #expect(prctl.option == 15 && prctl.name == "worker" && prctl.isNameCut)
  }

  @Test func `a filter is its whole instructions, and the digest of its bytes`() throws {
    let bytes: [UInt8] = [0x28, 0, 0, 0, 12, 0, 0, 0, 0x15, 0, 1, 2, 0x55, 0x72, 0, 0, 6, 0, 0]
    let record = SampleRecord.setsockopt(length: 600, bytes)
    guard case .setsockopt(let option) = try decode(record).detail else { throw Unexpected() }
    let filter = try #require(option.filter)
    #expect(
      filter.instructions == [
        .init(code: 0x28, constant: 12), .init(code: 0x15, ifTrue: 1, ifFalse: 2, constant: 0x7255),
      ])
    #expect(filter.count == 600 && filter.isCut && filter.hash.count == 64)
  }

  @Test func `an option that attached no filter has none`() throws {
    guard case .setsockopt(let option) = try decode(SampleRecord.setsockopt(length: 0, [])).detail else {
      throw Unexpected()
    }
    #expect(option.level == 1 && option.option == 26 && option.family == 17 && option.socketType == 3)
    #expect(option.filter == nil)
  }

  @Test func `a limit has the whole range`() throws {
    guard case .setrlimit(let limit) = try decode(SampleRecord.setrlimit).detail else { throw Unexpected() }
    #expect(limit.resource == 7 && limit.current == 64 && limit.maximum == .max && limit.target == 4000)
  }

  @Test func `a parameter that was written has two values, one that was read has one`() throws {
    let written = SampleRecord.sysctl(
      MARTLET_SYSCTL_WRITE, MARTLET_SYSCTL_OLD_CUT, name: "kernel/x", old: "0\n", new: "1\n")
    guard case .sysctl(let write) = try decode(written).detail else { throw Unexpected() }
    #expect(write.isWrite && write.name.text == "kernel/x" && write.position == 3)
    #expect(write.oldValue.text == "0" && write.oldValue.isCut && write.value.text == "1" && !write.value.isCut)
    let endless = String(repeating: "x", count: Int(MARTLET_SYSCTL_VALUE))
    let record = SampleRecord.sysctl(MARTLET_SYSCTL_OLD_CUT, name: "a", old: endless, new: "left over")
    guard case .sysctl(let read) = try decode(record).detail else { throw Unexpected() }
    #expect(!read.isWrite && read.value.text == endless && read.value.isCut && read.oldValue.text == "")
  }

  @Test(
    arguments: [
      (7, "9", 7), (0, "9\n", 9), (0, "0", SampleRecord.header(MARTLET_RECORD_CGROUP_WRITE).pid), (0, "", 0),
      (0, "-1", 0), (0, "99999999999", 0),
    ] as [(UInt32, String, UInt32)])
  func `whom a write moved the kernel knows best`(moved: UInt32, text: String, pid: UInt32) throws {
    guard case .cgroupWrite(let write) = try decode(SampleRecord.cgroupWrite(moved: moved, text)).detail else {
      throw Unexpected()
    }
    #expect(write.pid == pid && write.file.path == "/g/cgroup.procs")
  }

  @Test func `calls are the bits that are set`() throws {
    guard case .syscalls(let use) = try decode(SampleRecord.syscalls).detail else { throw Unexpected() }
    #expect(use.numbers == [0, 63, 65, 511])
  }
}

private struct Unexpected: Error {}
