import Foundation
import Glibc
import Support
import Testing

/// Whatever way a program takes to a file: the event has the path that the kernel arrived at.
@Suite(.kernel)
struct PathTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    file = try place.file("file", "content")
    try place.directory("a/b")
  }

  /// The only open of the file that the actor told the inode of.
  private func opened(by words: String...) throws -> JSON {
    let trace = try Trace(words)
    let inode = try trace.value("inode")
    let found = trace.events("open").filter {
      $0["file"]["inode"].integer == inode && $0["file"]["flags"][0] == .string("O_RDONLY")
    }
    try #require(found.count == 1, "\(found.count) opens of inode \(inode)")
    return found[0]["file"]
  }

  private let reading: [String: Pattern] = ["flags": ["O_RDONLY"]]

  @Test(arguments: ["link", "a/b/../../file", "./a//b/../../file", "a/up/file", "/proc/self/cwd/file"])
  func `symbolic links, dots and doubled slashes are gone`(spelling: String) throws {
    try FileManager.default.createSymbolicLink(atPath: place["link"], withDestinationPath: "a/../file")
    try FileManager.default.createSymbolicLink(atPath: place["a/up"], withDestinationPath: "..")
    expect(try opened(by: "open-path", spelling, place.path), try .file(file).with(reading))
  }

  @Test func `a descriptor's link leads to the file`() throws {
    let file = try opened(by: "open-path", "/proc/self/exe")
    expect(file, try .file(Program.actor).with(reading))
  }

  @Test func `a path goes on above a changed root`() throws {
    expect(try opened(by: "open-chroot", place.path, "/a/../file"), try .file(file).with(reading))
  }

  @Test(arguments: [
    ("/proc/version", "proc"), ("/dev/shm", "tmpfs"), ("/sys/kernel/mm", "sysfs"),
  ])
  func `mounts are crossed`(path: String, type: String) throws {
    let expected = try Pattern.file(path)
    #expect(try Mount(of: path).type == type)
    expect(try opened(by: "open-path", path), expected.with(reading))
  }

  @Test func `a bound directory has the path that it is bound to`() throws {
    try place.directory("target")
    let file = try opened(by: "open-bind", place["a"], place["target"], place["target/b"])
    expect(
      file,
      try .file(place["a/b"]).with([
        "path": Pattern(place["target/b"]), "mount_path": Pattern(place["target"]), "mount_id": .anything,
        "mount_origin": "event", "flags": ["O_RDONLY"],
      ]))
  }

  @Test func `a new file system has its type and its place`() throws {
    try place.directory("target")
    let file = try opened(by: "open-tmpfs", place["target"], "inside")
    expect(file["path"], Pattern(place["target/inside"]))
    expect(file["mount_path"], Pattern(place["target"]))
    expect(file["filesystem"], "tmpfs")
    expect(file["mount_source"], "mount_id")
  }

  @Test func `a mount that was taken away leaves the path inside it, and says so`() throws {
    try place.directory("target")
    let file = try opened(by: "open-unmounted", place["target"], "inside")
    expect(file["path"], "/inside")
    expect(file["path_resolution_error"], "non critical path resolution error: detached_mount")
  }

  @Test func `an overlay tells the layer, and the inode that a copy does not change`() throws {
    for name in ["lower", "upper", "work", "merged"] { try place.directory(name) }
    let low = try place.file("lower/low", "a")
    let high = try place.file("upper/high", "b")
    var lowStat = stat()
    var highStat = stat()
    unsafe _ = (fstatat(AT_FDCWD, low, &lowStat, 0), fstatat(AT_FDCWD, high, &highStat, 0))
    let options = "lowerdir=\(place["lower"]),upperdir=\(place["upper"]),workdir=\(place["work"])"
    let trace = try Trace(["open-overlay", place["merged"], options, "low", "high"])
    let lows = trace.events("open", path: place["merged/low"]).map(\.["file"])
    try #require(lows.count == 3)
    for event in lows {
      expect(event["inode"], Pattern(lowStat.st_ino))
      expect(event["filesystem"], "overlay")
    }
    #expect(lows[0]["in_upper_layer"] == .bool(false))
    // The exit of the open that makes the copy comes after it.
    #expect(lows[1]["in_upper_layer"] == .bool(!Kernel.seesInside))
    #expect(lows[2]["in_upper_layer"] == .bool(true))
    let other = try trace.only("open", path: place["merged/high"])["file"]
    expect(other["in_upper_layer"], true)
    expect(other["inode"], Pattern(highStat.st_ino))
  }

  @Test(arguments: [(64, "d"), (200, "d"), (15, String(repeating: "n", count: 255))])
  func `a deep path is whole`(depth: Int, component: String) throws {
    let file = try opened(by: "open-deep", place.path, component, "\(depth)")
    expect(file["path"], Pattern(place.path + String(repeating: "/" + component, count: depth) + "/leaf"))
    #expect(file["path_resolution_error"].isAbsent)
  }

  @Test func `of a path that is too long the end is told, and that it is not all`() throws {
    let component = String(repeating: "n", count: 250)
    let file = try opened(by: "open-deep", place.path, component, "40")
    let path = try #require(file["path"].string)
    #expect(path.hasSuffix("/\(component)/\(component)/leaf"))
    #expect(path.utf8.count > 3800 && path.utf8.count <= 4096)
    expect(file["name"], "leaf")
    expect(file["path_resolution_error"], "path resolution error: truncated_parents")
  }
}
