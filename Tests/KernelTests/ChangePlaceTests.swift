import Foundation
import Glibc
import Support
import Testing

/// Whatever way leads to a file that is changed: the event has the path that the kernel arrived at, and no mark.
@Suite(.kernel)
struct ChangePlaceTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    try place.directory("a/b")
  }

  // MARK: Spellings

  @Test(arguments: ["./a//b/../b/file", "up/b/file", "a/b/self/file", "absolute/file", "/proc/../PLACE/a/b/file"])
  func `symbolic links, dots and doubled slashes are gone`(spelling: String) throws {
    let file = try place.file("a/b/file")
    for (name, target) in [("up", "a/b/.."), ("a/b/self", "../../up/b"), ("absolute", place["up/b"])] {
      try FileManager.default.createSymbolicLink(atPath: place[name], withDestinationPath: target)
    }
    let before = try Pattern.file(file)
    let trace = try Trace([
      "call", "80", "s:\(place.path)", "then", "87", "s:" + spelling.replacing("/PLACE", with: place.path),
    ])
    #expect(trace.values("error") == [0, 0])
    expect(try trace.only("unlink")["file"], before)
  }

  @Test func `a path goes on above a changed root`() throws {
    let before = try Pattern.file(try place.file("a/b/file"))
    let trace = try Trace(["in-chroot", place["a"], "call", "87", "s:/../b/../../b/file"])
    #expect(trace.values("error") == [0])
    expect(try trace.only("unlink")["file"], before)
  }

  @Test func `a long path is whole, and so is what it was spelled as`() throws {
    let name = String(repeating: "n", count: 250)
    let directory = try place.directory(Array(repeating: name, count: 14).joined(separator: "/"))
    let file = directory + "/leaf"
    try Data().write(to: URL(filePath: file))
    let before = try Pattern.file(file)
    let trace = try Trace(["call", "90", "s:\(file)", "n:0600", "then", "82", "s:\(file)", "s:\(directory)/new"])
    #expect(trace.values("error") == [0, 0])
    expect(
      try trace.only("chmod")["file"], before.with(["destination": ["mode": 0o600, "uid": 0, "gid": 0]]))
    expect(try trace.only("chmod")["syscall"]["chmod"]["path"], Pattern(file))
    let rename = try trace.only("rename")["file"]
    expect(rename["path"], Pattern(file))
    expect(rename["destination"]["path"], Pattern(directory + "/new"))
    #expect(rename["path_resolution_error"].isAbsent)
  }

  @Test func `a file is found among many`() throws {
    let file = try place.file("a/file")
    // The kernel keeps what is not there, too.
    for index in 0..<20_000 { unsafe _ = access(place["a/none-\(index)"], F_OK) }
    let before = try Pattern.file(file)
    let trace = try Trace(["call", "87", "s:\(file)"])
    expect(try trace.only("unlink")["file"], before)
  }

  @Test(arguments: ["/proc/self/root/PLACE/a/../file", "/proc/thread-self/cwd/file", "/proc/self/fd/3"])
  func `links of procfs to the caller itself are followed`(spelling: String) throws {
    let file = try place.file("file")
    let before = try Pattern.file(file)
    let path = spelling.replacing("/PLACE", with: place.path)
    // The descriptor is the first that the actor opens.
    let trace = try Trace(["call", "80", "s:\(place.path)", "then", "90", "s:\(path)", "n:0600", "f:\(file)"])
    #expect(trace.values("error") == [0, 0])
    let told = try trace.only("chmod")
    expect(told["file"], before.with(["destination": ["mode": 0o600, "uid": 0, "gid": 0]]))
    expect(told["syscall"]["chmod"]["path"], Pattern(path))
  }

  @Test func `behind those to another process only the inside of the call sees more than what was asked for`() throws {
    let file = try place.file("file")
    let path = "/proc/\(getpid())/root\(file)"
    let trace = try Trace(["call", "90", "s:\(path)", "n:0600"])
    #expect(trace.values("error") == [0])
    expectFound(try trace.only("chmod")["file"], Kernel.seesInside ? file : path)
  }

  @Test func `a name that the kernel does not have in its cache is found inside of the call or not at all`() throws {
    let trace = try Trace(try onOverlay("lower/cold", ["87", "c:./cold"]))
    expectFound(try trace.only("unlink")["file"], place["merged/cold"])
  }

  /// What the call changes is not told: it is not as it was before any more.
  @Test(
    .since(6, 13, "a tracepoint tells which inodes are changed"),
    arguments: [
      ("chmod", ["90", "c:./cold", "n:0600"], ["mode"]),
      ("utimes", ["235", "c:./cold", "q:1000,0,2000,0"], ["modification_time"]),
      ("setxattr", ["188", "c:./cold", "s:trusted.mark", "s:x", "n:1", "n:0"], []), ("unlink", ["87", "c:./cold"], []),
      ("rename", ["82", "c:./cold", "c:./new"], []),
    ] as [(String, [String], [String])])
  func `a name that the kernel does not have in its cache is found by what is changed`(
    type: String, call: [String], changed: [String]
  ) throws {
    let trace = try Trace(try onOverlay("upper/cold", call))
    #expect(trace.values("error") == [0])
    let file = try trace.only(type)["file"]
    expect(file["path"], Pattern(place["merged/cold"]))
    #expect(file["path_resolution_error"].isAbsent)
    #expect(!file["inode"].isAbsent && file["in_upper_layer"] == .bool(true))
    expect(file["filesystem"], "overlay")
    for name in ["mode", "modification_time"] { #expect(file[name].isAbsent == changed.contains(name), "\(name)") }
    #expect(file["change_time"].isAbsent)
    if type == "rename" {
      expect(file["destination"]["path"], Pattern(place["merged/new"]))
      #expect(file["destination"]["inode"] == file["inode"])
      #expect(file["destination"]["path_resolution_error"].isAbsent)
    }
  }

  /// An event of a file cannot be without its owner, and that before the call is not known by then.
  @Test func `a chown of such a name is found inside of the call or not at all`() throws {
    let trace = try Trace(try onOverlay("upper/cold", ["92", "c:./cold", "n:1", "n:2"]))
    #expect(trace.values("error") == [0])
    expectFound(try trace.only("chown")["file"], place["merged/cold"])
  }

  /// The words for an actor that does a call on a fresh overlay, of which nobody has asked for the file yet.
  private func onOverlay(_ file: String, _ call: [String]) throws -> [String] {
    for name in ["lower", "upper", "work", "merged"] { try place.directory(name) }
    try place.file(file)
    let options = "lowerdir=\(place["lower"]),upperdir=\(place["upper"]),workdir=\(place["work"])"
    return ["on-mount", "overlay", place["merged"], options, "call"] + call
  }

  /// That it is the file, where the inside of the call is seen, and else a claim.
  private func expectFound(_ file: JSON, _ path: String) {
    let mark = Kernel.seesInside ? nil : "non critical path resolution error: caller_string"
    expect(file["path"], Pattern(path))
    #expect(file["path_resolution_error"].string == mark)
    #expect(file["inode"].isAbsent != Kernel.seesInside)
  }

  // MARK: Mounts

  @Test func `a bound directory has the path that it is bound to`() throws {
    let file = try place.file("a/b/file")
    try place.directory("target")
    let before = try Pattern.file(file)
    let bound = place["target/b/file"]
    let trace = try Trace(["on-bind", place["a"], place["target"], "call", "90", "s:\(bound)", "n:0600"])
    #expect(trace.values("error") == [0])
    expect(
      try trace.only("chmod")["file"],
      before.with([
        "path": Pattern(bound), "mount_path": Pattern(place["target"]), "mount_id": .anything,
        "mount_origin": "event", "destination": .anything,
      ]))
  }

  @Test func `mounts are crossed down and up`() throws {
    try place.directory("target")
    let trace = try Trace([
      "on-mount", "tmpfs", place["target"], "mode=755", "call", "83", "s:new", "n:0700", "then", "84",
      "s:\(place["target"])/../target/new", "then", "83", "s:../beside", "n:0700",
    ])
    #expect(trace.values("error") == [0, 0, 0])
    let removed = try trace.only("rmdir")["file"]
    expect(removed["path"], Pattern(place["target/new"]))
    expect(removed["mount_path"], Pattern(place["target"]))
    expect(removed["filesystem"], "tmpfs")
    #expect(removed["path_resolution_error"].isAbsent)
    let made = trace.events("mkdir")
    try #require(made.count == 2)
    expect(made[0]["file"]["inode"], Pattern(removed["inode"]))
    expect(made[1]["file"]["path"], Pattern(place["beside"]))
    #expect(made.allSatisfy { $0["file"]["path_resolution_error"].isAbsent })
  }

  @Test func `an overlay tells the layer that a file had before`() throws {
    for name in ["lower/directory", "upper", "work", "merged"] { try place.directory(name) }
    for name in ["chmod", "unlink", "rename", "link", "times"] { try place.file("lower/" + name, "a") }
    let options = "lowerdir=\(place["lower"]),upperdir=\(place["upper"]),workdir=\(place["work"])"
    // The overlay is new: its names get into the kernel's cache by access(2).
    let names = ["chmod", "unlink", "rename", "link", "times", "directory"]
    let known = ["call"] + names.flatMap { ["21", "s:\($0)", "n:0", "then"] }
    let trace = try Trace(
      ["on-mount", "overlay", place["merged"], options] + known + [
        "90", "s:chmod", "n:0600", "then", "87", "s:chmod",
        "then", "87", "s:unlink", "then", "82", "s:rename", "s:renamed", "then", "86", "s:link", "s:linked", "then",
        "84",
        "s:directory", "then", "83", "s:made", "n:0700", "then", "235", "s:times", "q:1,0,1,0",
      ])
    #expect(trace.values("error") == Array(repeating: 0, count: 14))
    func file(_ type: String, _ name: String) throws -> JSON {
      let file = try trace.only(type, path: place["merged/" + name])["file"]
      // A link leaves its new name out of the cache, so that at the end there is no proof.
      #expect(file["path_resolution_error"].isAbsent == (type != "link" || Kernel.seesInside), "\(type) \(name)")
      expect(file["filesystem"], "overlay")
      return file
    }
    expect(try file("chmod", "chmod")["in_upper_layer"], false)
    expect(try file("unlink", "chmod")["in_upper_layer"], true)
    expect(try file("unlink", "unlink")["in_upper_layer"], false)
    expect(try file("rename", "rename")["in_upper_layer"], false)
    expect(try file("rename", "rename")["destination"]["in_upper_layer"], true)
    expect(try file("rename", "rename")["destination"]["path"], Pattern(place["merged/renamed"]))
    expect(try file("link", "link")["in_upper_layer"], false)
    expect(try file("link", "link")["destination"]["in_upper_layer"], true)
    expect(try file("rmdir", "directory")["in_upper_layer"], false)
    expect(try file("mkdir", "made")["in_upper_layer"], true)
    expect(try file("utimes", "times")["in_upper_layer"], false)
  }
}
