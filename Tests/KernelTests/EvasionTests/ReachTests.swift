import Foundation
import Glibc
import Support
import Testing

/// A watched file is reached by another name, or without one: the event has its inode, and the path that there is.
@Suite(.kernel)
struct ReachTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    try place.directory("a/b")
    file = try place.file("a/b/file", "content")
    try check("symlink", unsafe symlink("a/b", place["link"]))
  }

  @Test(arguments: [
    "PLACE/a/b/file", "PLACE//a/./b/../b/file", "PLACE/link/file", "./link/../b/file", "link/file",
    "/proc/self/root/PLACE/a/b/file", "/proc/self/cwd/a/b/file", "/proc/thread-self/root/PLACE/link/file",
  ])
  func `one file has one path, however it is spelled`(spelling: String) throws {
    let path = spelling.replacing("/PLACE", with: place.path).replacing("PLACE", with: place.path)
    let before = try Pattern.file(file)
    let trace = try Trace([
      "call", "80", "s:\(place.path)", "then", "257", "n:-100", "s:\(path)", "n:0", "n:0", "then", "90", "s:\(path)",
      "n:0600", "then", "188", "s:\(path)", "s:user.mark", "s:x", "n:1", "n:0", "then", "87", "s:\(path)",
    ])
    #expect(trace.values("error") == [0, 0, 0, 0, 0])
    expect(try trace.only("open", path: file)["file"], before.with(["flags": ["O_RDONLY"]]))
    for type in ["chmod", "setxattr", "unlink"] {
      let told = try trace.only(type)["file"]
      for member in ["path", "inode", "mount_id"] {
        #expect(told[member] == (try trace.only("open", path: file))["file"][member], "\(type) \(member)")
      }
      #expect(told["path_resolution_error"].isAbsent, "\(type)")
    }
  }

  @Test func `a hard link tells the inode, and the name that was used`() throws {
    let linked = place["innocent"]
    let trace = try Trace([
      "call", "86", "s:\(file)", "s:\(linked)", "then", "257", "n:-100", "s:\(linked)", "n:1", "n:0",
    ])
    let link = try trace.only("link")["file"]
    let open = try trace.only("open", path: linked)["file"]
    expect(link["path"], Pattern(file))
    expect(link["destination"]["path"], Pattern(linked))
    #expect(open["inode"] == link["inode"])
  }

  @Test func `a descriptor that only names a file leads to it`() throws {
    let trace = try Trace([
      "call", "257", "n:-100", "s:\(file)", "n:0x200000", "n:0", "then", "257", "n:-100", "s:/proc/self/fd/3", "n:1",
      "n:0",
    ])
    let opens = trace.events("open", path: file)
    try #require(opens.count == 2)
    expect(opens[1]["file"]["flags"], ["O_WRONLY"])
    #expect(opens[0]["file"]["inode"] == opens[1]["file"]["inode"])
  }

  @Test func `a descriptor that was sent is the file, and the receiver the process`() throws {
    let trace = try Trace(["pass-descriptor", file])
    let told = try trace.only("chmod", pid: try trace.value("child"))
    expect(told["file"]["path"], Pattern(file))
    #expect(told["file"]["path_resolution_error"].isAbsent)
  }

  @Test func `a descriptor that was taken from another process is the file`() throws {
    let trace = try Trace(["steal-descriptor", file])
    let told = try trace.only("chmod", pid: try trace.pid)
    expect(told["file"]["path"], Pattern(file))
    #expect(told["file"]["path_resolution_error"].isAbsent)
  }

  // MARK: Mounts

  @Test func `what is mounted over a watched file is told by its path, with its own inode`() throws {
    let other = try place.file("other", "payload")
    let trace = try Trace(["on-bind", other, file, "open", file, "0", "0"])
    let told = try trace.only("open", path: file)["file"]
    #expect(try told["inode"] == JSON(inode(of: other)))
    expect(told["mount_path"], Pattern(file))
  }

  @Test func `a mount over its own directory in procfs hides no process`() throws {
    let trace = try Trace(["on-bind", place["a"], "/proc/self", "fork-exec", "open", file, "0", "0"])
    let child = try trace.value("child")
    let told = try trace.only("open", pid: child, path: file)["process"]
    expect(told["executable"]["path"], Pattern(Program.actor))
    expect(told["args"], ["open", Pattern(file), "0", "0"])
    expect(told["ppid"], Pattern(try trace.pid))
  }

  private func inode(of path: String) throws -> UInt64 {
    var found = stat()
    try check("stat", unsafe stat(path, &found))
    return UInt64(found.st_ino)
  }
}
