import CMartletABI
import MartletModel
import Testing

@testable import MartletSensor

struct FileTests {
  /// The file of an open whose record `fill` completes.
  private func file(_ fill: (inout RecordBuilder<martlet_open_record>) -> Void) throws -> FileIdentity {
    var record = RecordBuilder(martlet_open_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_OPEN)
    fill(&record)
    return try #require(try decode(record.bytes).open).file
  }

  @Test func `a file has all that the kernel told`() throws {
    let file = try file { $0.fixed.file = SampleRecord.file(in: &$0, "sh", "bin", "usr") }
    #expect(file.path == "/usr/bin/sh")
    #expect(file.name == "sh")
    #expect(file.pathError == nil)
    #expect(file.inode == 1 << 63)
    #expect(file.mode == 0o100644)
    #expect(file.uid == 7)
    #expect(file.gid == 8)
    #expect(file.modified == Instant(seconds: 3, nanoseconds: 5))
    #expect(file.changed == Instant(nanoseconds: -3_999_999_994))
    #expect(file.mountID == 9)
    #expect(file.mountSource == .mountID)
    #expect(file.filesystem == "ext4")
    #expect(file.inUpperLayer == nil)
    #expect(!file.isFileless)
  }

  @Test(
    arguments: [
      (0, "/usr/bin/sh"), (3, "/usr/bin"), (7, "/usr"), (11, "/"), (12, "/"), (UInt32.max, "/"),
    ] as [(UInt32, String)])
  func `the mount's place is what the path has above the mount`(inside: UInt32, mountPath: String) throws {
    let file = try file { $0.fixed.file = SampleRecord.file(in: &$0, "sh", "bin", "usr", inside: inside) }
    #expect(file.path == "/usr/bin/sh")
    #expect(file.mountPath == mountPath)
  }

  @Test func `the root directory has a path and no name`() throws {
    let file = try file { $0.fixed.file = SampleRecord.file(in: &$0) }
    #expect(file.path == "/")
    #expect(file.name == "")
    #expect(file.mountPath == "/")
  }

  @Test(arguments: [
    (MARTLET_FILE_TRUNCATED, PathError.truncated), (MARTLET_FILE_DETACHED, .detached),
  ])
  func `a path that is not whole says so`(flag: martlet_file_flag, error: PathError) throws {
    let file = try file { $0.fixed.file = SampleRecord.file(in: &$0, "c", "b", flags: flag) }
    #expect(file.path == "/b/c")
    #expect(file.pathError == error)
  }

  @Test func `a file on a mount of the kernel's own has a name only`() throws {
    let file = try file {
      $0.fixed.file = SampleRecord.file(in: &$0, "memfd:x", flags: MARTLET_FILE_INTERNAL)
    }
    #expect(file.path == "")
    #expect(file.name == "memfd:x")
    #expect(file.mountID == 0)
    #expect(file.mountSource == .unknown)
    #expect(file.inode == 1 << 63)
    #expect(file.isFileless)
  }

  @Test(arguments: [(MARTLET_LAYER_NONE, nil), (MARTLET_LAYER_UPPER, true), (MARTLET_LAYER_LOWER, false)])
  func `the layer is told of files on an overlay`(layer: martlet_layer, inUpperLayer: Bool?) throws {
    let file = try file { $0.fixed.file = SampleRecord.file(in: &$0, "a", layer: layer) }
    #expect(file.inUpperLayer == inUpperLayer)
  }

  @Test func `a file that the probe did not find is empty`() throws {
    let file = try file {
      $0.fixed.file = SampleRecord.file(in: &$0, "a")
      $0.fixed.file.flags = 0
    }
    #expect(file.path == "")
    #expect(file.inode == 0)
    #expect(file.pathError == .unknown)
  }

  @Test func `names need not be text, nor the last to end`() throws {
    let file = try file {
      $0.fixed.file = SampleRecord.file(in: &$0)
      $0.fixed.file.path = $0.slice([0x61, 0xff, 0, 0x62])
    }
    #expect(file.path == "/b/a\u{fffd}")
    #expect(file.name == "a\u{fffd}")
  }

  @Test(arguments: [Int64.max, .min])
  func `a time that does not fit saturates`(seconds: Int64) throws {
    let file = try file {
      $0.fixed.file = SampleRecord.file(in: &$0, "a")
      $0.fixed.file.mtime_s = seconds
      $0.fixed.file.mtime_ns = .max
    }
    #expect(file.modified == Instant(nanoseconds: seconds))
  }

  @Test(arguments: [
    ("data", "data"), ("./data", "data"), ("/etc/shadow", "shadow"), ("a/\u{301}b", "\u{301}b"), ("..", "usr"),
  ])
  func `a caller's string is made absolute and says that it is one`(string: String, name: String) throws {
    let file = try file {
      $0.fixed.header = SampleRecord.header(MARTLET_RECORD_OPEN, flags: MARTLET_FLAG_USER_PATH)
      $0.fixed.file = SampleRecord.file(in: &$0, "lib", "usr")
      $0.fixed.user_path = $0.text(string)
    }
    #expect(file.path == normalized(string, base: "/usr/lib"))
    #expect(Array(file.name.utf8) == Array(name.utf8))
    #expect(file.pathError == .userString)
    #expect(file.inode == 0)
  }

  @Test func `a caller's string that could not be read is unknown`() throws {
    let file = try file {
      $0.fixed.header = SampleRecord.header(MARTLET_RECORD_OPEN, flags: MARTLET_FLAG_USER_PATH)
      $0.fixed.file = SampleRecord.file(in: &$0, "lib", "usr")
    }
    #expect(file.path == "")
    #expect(file.pathError == .unknown)
  }

  @Test func `a refused chdir starts from the directory it was in`() throws {
    var record = RecordBuilder(martlet_chdir_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_CHDIR, flags: MARTLET_FLAG_USER_PATH)
    record.fixed.file = SampleRecord.file(in: &record, "srv")
    record.fixed.user_path = record.text("../root")
    #expect(try decode(record.bytes).chdir?.file.path == "/root")
  }

  @Test(arguments: [
    ("a", "/b", "/b/a"), ("/a", "/b", "/a"), ("a//c/", "/b", "/b/a/c"), ("./a/.", "/", "/a"), ("..", "/b/c", "/b"),
    ("../../../a", "/b", "/a"), ("a/../../c", "/b", "/c"), ("", "/b", "/b"), ("/", "/b", "/"), ("a", "", "/a"),
    ("...", "/", "/..."), ("/..a/.b", "/", "/..a/.b"),
    // A slash is a byte, whatever mark follows it.
    ("/\u{301}a", "/b", "/\u{301}a"), ("a/../\u{301}b", "/", "/\u{301}b"), ("a/..\u{301}/b", "/", "/a/..\u{301}/b"),
  ])
  func `a string is made absolute word by word`(string: String, base: String, path: String) {
    #expect(Array(normalized(string, base: base).utf8) == Array(path.utf8))
  }
}
