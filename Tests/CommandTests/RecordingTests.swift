import CZstd
import Foundation
import Glibc
import Support
import Testing

@Suite(.kernel)
struct RecordingTests {
  let place: Workplace
  let recording: String

  init() throws {
    place = try Workplace()
    recording = place["recording"]
  }

  /// Records an actor.
  private func record(_ words: [String], environment: [String] = []) throws {
    let outcome = try Outcome(
      martlet: ["record", "-o", recording, "--", Program.actor] + words,
      environment: Program.environment + environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(arguments: [
    ["fork-exec", "open", "/etc/passwd", "0", "0"], ["exec-odd-strings"], ["exec-arguments", "1", "5000", "x"],
    ["exec-arguments", "1", "4096", "\u{e9}"], ["exec-arguments", "3", "4096", "\u{01}"],
    ["exec-arguments", "1", "4096", "password=x "], ["exec-arguments", "9000", "100", "y"],
    ["exec-environment", "5000", "30", "A=1 "], ["exec-environment", "1", "6000", "PATH=/"],
    ["exec-bytes", "4096"], ["identity", "setgid", "5", "setfsuid", "3", "setuid", "65534"], ["kill-child", "9"],
    ["one-thread-changes", "/etc/passwd", "/etc/group"], ["chdir", "/tmp", "/"],
    ["span", "1", "2", "fork-exec", "open", "/etc/passwd", "0", "0"], ["span-thread-exec", "/bin/true"],
    ["session", "1", #"{"username":"jane","groups":["a","b"]}"#, "fork-exec", "open", "/etc/passwd", "0", "0"],
  ])
  func `a replay is the live session, byte for byte`(words: [String]) throws {
    let live = try Outcome(of: [Program.products + "trace-and-record", recording, Program.actor] + words)
    try #require(live.status == 0, "\(live.errors)")
    let text = live.output.split(separator: 0x0a).filter { $0.starts(with: Array(#"{"agent""#.utf8)) }
    let replay = try Outcome(martlet: ["replay", "--no-policy", "--format", "json", recording])
    #expect(replay.status == 0 && replay.errors.isEmpty)
    // Not the arrays themselves: Swift Testing would print them.
    #expect(replay.output.split(separator: 0x0a).elementsEqual(text))
  }

  @Test func `two replays are the same, and need no privilege`() throws {
    try record(["fork", "/etc/passwd"])
    let first = try Outcome(martlet: ["replay", "--no-policy", recording])
    try check("chmod", unsafe chmod(recording, 0o644))
    // A copy, since nobody may not be let into where this was built.
    let martlet = try place.copy(Program.martlet, as: "martlet")
    let second = try Outcome(of: [Program.actor, "as-nobody", martlet, "replay", "--no-policy", recording])
    #expect(first.status == 0 && second.status == 0)
    #expect(first.output.count > 1000)
    // The actor tells its pid before it becomes martlet.
    #expect(second.output.drop { $0 != UInt8(ascii: "{") }.elementsEqual(first.output))
  }

  @Test func `a replay shows the types that are asked for`() throws {
    try record(["fork", "/etc/passwd"])
    let outcome = try Outcome(martlet: ["replay", "--no-policy", "--events", "fork", recording])
    #expect(try outcome.output.events().map { $0["evt"]["name"].string } == ["fork"])
  }

  @Test func `a recording is its owner's, and holds no secret`() throws {
    let secret = "hunter2-4711"
    try record(
      ["exec", "/usr/bin/true", "--password=\(secret)", "-p", "x", "--token", secret],
      environment: ["API_TOKEN=\(secret)", "HOME=/\(secret)"])
    var found = stat()
    try check("stat", unsafe fstatat(AT_FDCWD, recording, &found, 0))
    #expect(found.st_mode & 0o777 == 0o600)
    let content = try Self.content(of: recording)
    #expect(content.firstRange(of: Array("--password=********".utf8)) != nil, "it is read right")
    #expect(content.firstRange(of: Array("API_TOKEN".utf8)) != nil)
    #expect(content.firstRange(of: Array(secret.utf8)) == nil)
  }

  /// What a recording holds, decompressed: behind twelve bytes, blocks of two lengths and a frame.
  private static func content(of path: String) throws -> [UInt8] {
    let file = [UInt8](try Data(contentsOf: URL(filePath: path)))
    func length(at offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) } }
    var content: [UInt8] = []
    var offset = 12
    while offset < file.count {
      let frame = Array(file[(offset + 8)..<(offset + 8 + length(at: offset))])
      var block = [UInt8](repeating: 0, count: length(at: offset + 4))
      try #require(unsafe ZSTD_decompress(&block, block.count, frame, frame.count) == block.count)
      content += block
      offset += 8 + frame.count
    }
    return content
  }

  // MARK: Damage

  @Test func `of a recording that is cut short the whole blocks are replayed`() throws {
    // More than a second, so that there is more than one block.
    try record(["exec", "/bin/sh", "-c", "/bin/true; sleep 5; /bin/true"])
    let whole = [UInt8](try Data(contentsOf: URL(filePath: recording)))
    let good = try Replayed(whole)
    #expect(good.error == nil)
    var longest = 0
    for length in Array(0..<64) + Array(stride(from: 64, to: whole.count, by: 61)) + [whole.count - 1] {
      let replayed = try Replayed(whole.prefix(length))
      let output = replayed.output
      let failure = try #require(replayed.error, "cut to \(length) bytes")
      #expect(failure.isUsable == (length >= 8), "\(length): \(failure)")
      #expect(failure.offset <= UInt64(length))
      #expect(good.output.starts(with: output), "\(length)")
      #expect(output.isEmpty || output.last == 0x0a)
      longest = max(longest, output.count)
    }
    #expect(longest > 0 && longest < good.output.count)
  }

  @Test func `damage is told with its place, and what came before is shown`() throws {
    try record(["exec", "/bin/sh", "-c", "sleep 5; /bin/true"])
    let whole = try Data(contentsOf: URL(filePath: recording))
    let good = try Outcome(martlet: ["replay", "--no-policy", recording])
    try whole.dropLast(3).write(to: URL(filePath: recording))
    let cut = try Outcome(martlet: ["replay", "--no-policy", recording])
    #expect(cut.status == 1)
    #expect(cut.errors.contains(/^martlet: '.*\/recording' ends in the middle, in the block at byte [0-9]+\n$/))
    #expect(good.output.starts(with: cut.output) && !cut.output.isEmpty)
  }
}
