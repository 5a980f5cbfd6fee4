import Foundation
import Glibc
import Support
import Testing

/// The same is done by another call, by a ring, or with another calling convention: the event is the same.
@Suite(.kernel)
struct SisterCallTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    try place.file("file", "content")
  }

  /// A call that is well known, and its sisters, as the actors of these names make them.
  struct Row: CustomTestStringConvertible {
    let event: String
    let common: String
    let sisters: [(actor: String, words: String)]

    var testDescription: String { event }
  }

  static let rows = [
    Row(
      event: "open", common: "2 s:file n:0 n:0",
      sisters: [
        ("call", "257 n:-100 s:file n:0 n:0"), ("call", "437 n:-100 s:file q:0,0,0,0 n:24"),
        ("call-thread", "2 s:file n:0 n:0"), ("call-compat", "5 s:file n:0 n:0"),
        ("call-compat", "295 n:-100 s:file n:0 n:0"), ("call-compat", "437 n:-100 s:file q:0,0,0,0 n:24"),
        ("call-io-uring", "18 n:-100 s:file n:0 n:0 n:0 n:0 0"),
        ("call-io-uring", "18 n:-100 s:file n:0 n:0 n:0 n:0 2"),
        ("call-io-uring", "18 n:-100 s:file n:0 n:0 n:0 n:0 1"),
        ("call-io-uring", "18 n:-100 s:file n:0 n:0 n:0 n:0 3"),
      ]),
    Row(
      event: "chmod", common: "90 s:file n:0600",
      sisters: [
        ("call", "91 f:file n:0600"), ("call", "268 n:-100 s:file n:0600"), ("call", "452 n:-100 s:file n:0600 n:0"),
        ("call", "452 f:file s: n:0600 n:0x1000"), ("call-compat", "15 s:file n:0600"),
        ("call-compat", "306 n:-100 s:file n:0600"), ("call-compat", "452 n:-100 s:file n:0600 n:0"),
      ]),
    Row(
      event: "chown", common: "92 s:file n:1 n:1",
      sisters: [
        ("call", "93 f:file n:1 n:1"), ("call", "94 s:file n:1 n:1"), ("call", "260 n:-100 s:file n:1 n:1 n:0"),
        ("call-compat", "182 s:file n:1 n:1"), ("call-compat", "212 s:file n:1 n:1"),
      ]),
    Row(
      event: "rename", common: "82 s:file s:new",
      sisters: [
        ("call", "264 n:-100 s:file n:-100 s:new"), ("call", "316 n:-100 s:file n:-100 s:new n:1"),
        ("call-compat", "38 s:file s:new"), ("call-compat", "353 n:-100 s:file n:-100 s:new n:1"),
        ("call-io-uring", "35 n:-100 s:file n:-100 s:new n:0 n:0 0"),
        ("call-io-uring", "35 n:-100 s:file n:-100 s:new n:0 n:0 2"),
      ]),
    Row(
      event: "unlink", common: "87 s:file",
      sisters: [
        ("call", "263 n:-100 s:file n:0"), ("call-compat", "10 s:file"), ("call-compat", "301 n:-100 s:file n:0"),
        ("call-io-uring", "36 n:-100 s:file n:0 n:0 n:0 n:0 1"),
        ("call-io-uring", "36 n:-100 s:file n:0 n:0 n:0 n:0 3"),
      ]),
    Row(
      event: "link", common: "86 s:file s:new",
      sisters: [
        ("call", "265 n:-100 s:file n:-100 s:new n:0"), ("call-compat", "9 s:file s:new"),
        ("call-io-uring", "39 n:-100 s:file n:-100 s:new n:0 n:0 0"),
        ("call-io-uring", "39 n:-100 s:file n:-100 s:new n:0 n:0 2"),
      ]),
    Row(
      event: "mkdir", common: "83 s:new n:0700",
      sisters: [
        ("call", "258 n:-100 s:new n:0700"), ("call-compat", "39 s:new n:0700"),
        ("call-compat", "296 n:-100 s:new n:0700"), ("call-io-uring", "37 n:-100 s:new n:0700 n:0 n:0 n:0 0"),
        ("call-io-uring", "37 n:-100 s:new n:0700 n:0 n:0 n:0 2"),
      ]),
    Row(
      event: "setxattr", common: "188 s:file s:user.mark s:x n:1 n:0",
      sisters: [
        ("call", "190 w:file s:user.mark s:x n:1 n:0"), ("call", "189 s:file s:user.mark s:x n:1 n:0"),
        ("call-compat", "226 s:file s:user.mark s:x n:1 n:0"),
        ("call-io-uring", "42 n:-100 s:user.mark n:1 s:x n:0 s:file 0"),
        ("call-io-uring", "42 n:-100 s:user.mark n:1 s:x n:0 s:file 2"),
      ]),
  ]

  /// What the call of an actor is told as, without what belongs to the process; the place is as it was before. `nil` where
  /// the kernel has no such call.
  private func told(_ event: String, _ actor: String, _ words: String) throws -> (event: JSON, pid: Int64)? {
    for name in ["file", "new"] { try? FileManager.default.removeItem(atPath: place[name]) }
    try place.file("file", "content")
    let words = words.split(separator: " ").map { word in
      let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
      return parts.last == "file" || parts.last == "new" ? "\(parts[0]):\(place[parts[1]])" : String(word)
    }
    let trace = try Trace([actor] + words)
    if trace.values("error") == [Int64(ENOSYS)] { return nil }
    // A ring's result is told with its sign turned: what it opens is a descriptor.
    try #require(trace.values("error").allSatisfy { $0 <= 0 }, "\(actor) \(words)")
    let found = trace.events(event).filter {
      event != "open" || $0["file"]["path"].string?.hasPrefix(place.path) == true
    }
    return (try #require(found.last, "\(actor) \(words) is not told"), try trace.pid)
  }

  @Test(arguments: rows)
  func `every sister of a call is told as the call is`(row: Row) throws {
    let common = try #require(try told(row.event, "call", row.common)).event
    for sister in row.sisters where Self.isSeen(sister.actor, sister.words, row.event) {
      guard let (event, pid) = try told(row.event, sister.actor, sister.words) else { continue }
      let name = "\(sister.actor) \(sister.words)"
      expect(event["process"]["pid"], Pattern(pid))
      #expect(event["evt"]["async"] == (sister.actor == "call-io-uring" ? .bool(true) : .null), "\(name)")
      for member in ["path", "name", "mode", "uid", "filesystem", "mount_id"] {
        #expect(event["file"][member] == common["file"][member], "\(name): \(member)")
      }
      for member in ["path", "mode", "uid", "gid", "attribute_name"] {
        let expected = common["file"]["destination"][member]
        #expect(event["file"]["destination"][member] == expected, "\(name): destination.\(member)")
      }
      #expect(event["file"]["path_resolution_error"].isAbsent, "\(name)")
    }
  }

  /// Before 6.2 no tracepoint tells that a request is submitted: of all that rings do only opens that complete are seen.
  private static func isSeen(_ actor: String, _ words: String, _ event: String) -> Bool {
    guard actor == "call-io-uring", !Kernel.isSince(6, 2) else { return true }
    return event == "open" && !words.hasSuffix("2") && !words.hasSuffix("3")
  }

  @Test func `calls of x32 are told, or the kernel has none`() throws {
    let file = place["file"]
    let trace = try Trace(["call", "0x4000005a", "s:\(file)", "n:0600"])
    if trace.values("error") == [Int64(ENOSYS)] {
      #expect(trace.events("chmod").isEmpty)
    } else {
      expect(try trace.only("chmod")["file"]["path"], Pattern(file))
    }
  }
}
