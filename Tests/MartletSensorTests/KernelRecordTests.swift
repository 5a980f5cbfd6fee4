import CMartletABI
import MartletModel
import Testing

@testable import MartletSensor

/// The records of mounts, memory and what changes the kernel itself.
struct KernelRecordTests {
  @Test func `a mapping tells its file and what was asked for`() throws {
    guard case .mmap(let mmap) = try decode(SampleRecord.mmap).detail else { throw Unexpected() }
    #expect(mmap.file?.path == "/lib/libc.so")
    #expect(mmap.length == 1 << 40)
    #expect(mmap.offset == 4096)
    #expect(mmap.protection == 5)
    #expect(mmap.flags == 2)
  }

  @Test func `anonymous memory has no file`() throws {
    var record = RecordBuilder(martlet_mmap_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_MMAP)
    guard case .mmap(let mmap) = try decode(record.bytes).detail else { throw Unexpected() }
    #expect(mmap.file == nil)
  }

  @Test func `a protection tells the area as it was`() throws {
    guard case .mprotect(let mprotect) = try decode(SampleRecord.mprotect).detail else { throw Unexpected() }
    #expect(mprotect.areaStart == 0x1000)
    #expect(mprotect.areaEnd == 0x3000)
    #expect(mprotect.areaFlags == UInt64(1) << 63 | 0x73)
    #expect(mprotect.protection == 7)
  }

  @Test func `a request of ptrace may be any number`() throws {
    guard case .ptrace(let ptrace) = try decode(SampleRecord.ptrace).detail else { throw Unexpected() }
    #expect(ptrace.request == -1)
    #expect(ptrace.address == .max)
    #expect(ptrace.tracee == 4000)
  }

  @Test func `a bpf command tells its map and its program`() throws {
    guard case .bpf(let bpf) = try decode(SampleRecord.bpf).detail else { throw Unexpected() }
    #expect(bpf.command == 35)
    #expect(bpf.map?.id == 7)
    #expect(bpf.map?.type == 2)
    #expect(bpf.map?.name == "counts")
    #expect(bpf.program?.id == 8)
    #expect(bpf.program?.type == 1)
    #expect(bpf.program?.attachType == 3)
    #expect(bpf.program?.name == "probe")
    #expect(bpf.program?.tag == "0aff000102030450")
    #expect(bpf.program?.helpers == [1, 63, 64, 255])
  }

  @Test func `a program whose load was not seen has no helpers, and an id of 0 is none`() throws {
    let record = SampleRecord.bpf { $0.fixed.program.id = 8 }
    guard case .bpf(let bpf) = try decode(record).detail else { throw Unexpected() }
    #expect(bpf.map == nil)
    #expect(bpf.program != nil)
    #expect(bpf.program?.helpers == nil)
    guard case .bpf(let bare) = try decode(SampleRecord.bpf { _ in }).detail else { throw Unexpected() }
    #expect(bare.program == nil)
  }

  @Test func `a module's parameters are split where the kernel splits them`() throws {
    let record = SampleRecord.module(MARTLET_RECORD_LOAD_MODULE)
    guard case .loadModule(let module) = try decode(record).detail else { throw Unexpected() }
    #expect(module.name == "dm_mod")
    #expect(module.file?.path == "/lib/dm-mod.ko")
    #expect(module.isFromMemory)
    #expect(module.arguments == ["a=1", "b=\u{301}2"])
    #expect(module.argumentsTruncated)
  }

  @Test func `a mount tells both of its sides and what came with it`() throws {
    guard case .mount(let mount) = try decode(SampleRecord.mount).detail else { throw Unexpected() }
    #expect(mount.id == 30)
    #expect(mount.parentID == 31)
    #expect(mount.device == 8 << 20 | 2)
    #expect(mount.mountPoint.path == "/srv/mnt")
    #expect(mount.root.path == "/x")
    #expect(mount.attached == [30, 256])
    #expect(!mount.isMoved)
  }

  private static let sources: [(String, UInt32, UInt32, String, PathError?)] = [
    ("../b/./x", 2, 29, "/b/x", nil), ("/a/x", 2, 28, "/a/x", nil), ("/b/x", 1, 28, "/a/x", nil),
    ("link/x", 2, 28, "/a/x", nil), ("", 2, 28, "/a/x", nil), ("/b/x", 0, 0, "/b/x", .userString),
    ("", 0, 0, "", .unknown), ("/b/x", .max, 29, "/b/x", nil),
  ]

  @Test(arguments: sources)
  func `of the mounts that show the root of a bind mount the caller's word tells which it was`(
    word: String, count: UInt32, mountID: UInt32, path: String, error: PathError?
  ) throws {
    let record = SampleRecord.mount { builder in
      builder.fixed.flags = MARTLET_MOUNT_BIND.rawValue
      builder.fixed.source_count = count
      builder.fixed.sources.0 = martlet_mount_source(mount_id: 28, flags: 0, path: builder.strings("x", "a"))
      builder.fixed.sources.1 = martlet_mount_source(mount_id: 29, flags: 0, path: builder.strings("x", "b"))
      builder.fixed.user_source = builder.text(word)
      builder.fixed.base = builder.strings("srv")
    }
    guard case .mount(let mount) = try decode(record).detail else { throw Unexpected() }
    #expect(mount.source == .init(mountID: mountID, path: path, pathError: error))
    #expect(mount.argument == word)
  }

  @Test func `only a bind mount has a source, only a moved one was there before`() throws {
    let record = SampleRecord.mount { $0.fixed.flags = MARTLET_MOUNT_MOVED.rawValue }
    guard case .mount(let mount) = try decode(record).detail else { throw Unexpected() }
    #expect(mount.source == nil)
    #expect(mount.isMoved)
  }

  @Test func `mounts that go, or that a namespace begins with, are ids`() throws {
    guard case .umount(let gone) = try decode(SampleRecord.mounts(MARTLET_RECORD_UMOUNT)).detail,
      case .unshare(let new) = try decode(SampleRecord.mounts(MARTLET_RECORD_UNSHARE)).detail
    else { throw Unexpected() }
    #expect(gone.id == 30)
    #expect(gone.all == [30, 31])
    #expect(new.all == [30, 31])
  }

  private static let writes: [(martlet_selinux_kind, String, Activity.SELinux.Change)] = [
    (MARTLET_SELINUX_BOOL, "1", .boolean(name: "httpd_execmem", isOn: true)),
    (MARTLET_SELINUX_BOOL, "0\n", .boolean(name: "httpd_execmem", isOn: false)),
    (MARTLET_SELINUX_BOOL, " -7x", .boolean(name: "httpd_execmem", isOn: true)),
    (MARTLET_SELINUX_BOOL, "on", .boolean(name: "httpd_execmem", isOn: nil)),
    (MARTLET_SELINUX_BOOL, "", .boolean(name: "httpd_execmem", isOn: nil)),
    (MARTLET_SELINUX_BOOL, "99999999999999999999", .boolean(name: "httpd_execmem", isOn: true)),
    (MARTLET_SELINUX_ENFORCE, "1", .enforce(true)), (MARTLET_SELINUX_ENFORCE, "0", .enforce(false)),
    (MARTLET_SELINUX_ENFORCE, "x", .enforce(nil)), (MARTLET_SELINUX_DISABLE, "1", .disable(true)),
    (MARTLET_SELINUX_COMMIT, "1", .commit(true)), (MARTLET_SELINUX_COMMIT, "0", .commit(false)),
    (MARTLET_SELINUX_COMMIT, "x", .commit(true)),
    (MARTLET_SELINUX_NONE, "1", .boolean(name: "httpd_execmem", isOn: true)),
  ]

  @Test(arguments: writes)
  func `what was written to SELinux is a number or none`(
    kind: martlet_selinux_kind, text: String, change: Activity.SELinux.Change
  ) throws {
    guard case .selinux(let selinux) = try decode(SampleRecord.selinux(kind, text)).detail else { throw Unexpected() }
    #expect(selinux.change == change)
    #expect(selinux.file.path == "/booleans/httpd_execmem")
    #expect(selinux.status == nil)
  }
}

/// The activity is of another type.
private struct Unexpected: Error {}
