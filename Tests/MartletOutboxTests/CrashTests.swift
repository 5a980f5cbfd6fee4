import Foundation
import Glibc
import MartletOutbox
import Support
import Testing

/// A writer is killed, and a disk is full, at any instant.
@Suite(.serialized)
struct CrashTests {
  let workplace: Workplace
  init() throws { workplace = try Workplace() }

  private static let writer = Program.products + "outbox-writer"

  /// Has a writer write until it is killed.
  ///
  /// - Returns: the number of the last event of which it said that it is kept.
  private func writeUntilKilled(_ directory: String, limit: Int, whenFull: OutboxConfiguration.WhenFull) throws
    -> UInt64
  {
    let program = try Program([Self.writer, directory, String(limit), whenFull.rawValue])
    // While it begins, or once it has begun, however long that takes.
    if .random() { try Program.wait { try !program.output.isEmpty || program.hasEnded() } }
    usleep(.random(in: 0...15_000))
    kill(program.pid, SIGKILL)
    #expect(try program.wait() == 128 + SIGKILL, "\(program.errors)")
    // The last line may be cut off.
    let lines = program.output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
    return lines.last.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0
  }

  @Test func `kill -9 loses nothing that was acknowledged, and repeats nothing`() throws {
    let outbox = workplace["outbox"]
    var acknowledged: UInt64 = 0
    for _ in 0..<300 {
      // A writer that found less than was acknowledged would say a smaller number.
      let last = try writeUntilKilled(outbox, limit: 1 << 20, whenFull: .dropOldest)
      if last > 0 { try #require(last > acknowledged) }
      acknowledged = max(acknowledged, last)
    }
    let kept = try Kept(in: outbox)
    #expect(acknowledged > 1000)
    #expect(kept.isGapless)
    #expect(try #require(kept.sequences.last) >= acknowledged)
    for (sequence, text) in zip(kept.sequences, kept.texts) { try #require(text.hasPrefix("\(sequence) ")) }
  }

  @Test(.root, arguments: OutboxConfiguration.WhenFull.allCases)
  func `kill -9 on a full disk loses nothing that was acknowledged`(
    whenFull: OutboxConfiguration.WhenFull
  ) throws {
    let disk = try SmallDisk(at: workplace.directory("disk"), size: 256 << 10)
    var acknowledged: UInt64 = 0
    for _ in 0..<100 {
      let outbox = disk.path + "/outbox"
      acknowledged = max(acknowledged, try writeUntilKilled(outbox, limit: 1 << 20, whenFull: whenFull))
    }
    let kept = try Kept(in: disk.path + "/outbox")
    #expect(kept.isGapless)
    #expect(try #require(kept.sequences.last) >= acknowledged)
    #expect(whenFull == .dropOldest || kept.sequences.first == 1)
    for (sequence, text) in zip(kept.sequences, kept.texts) { try #require(text.hasPrefix("\(sequence) ")) }
  }

  @Test(.root)
  func `a disk that fills up at any byte costs the events that it had no room for`() throws {
    let disk = try SmallDisk(at: workplace.directory("disk"), size: 4 << 20)
    var configuration = OutboxConfiguration(
      directory: disk.path + "/outbox", cursors: disk.path + "/cursors", limit: 1 << 30, sync: .never)
    configuration.whenFull = .refuseNewest
    var expected: [String] = []
    var (full, number) = (0, 0)
    let store = try SharedStore(configuration)
    for _ in 0..<300 {
      try disk.fill(leaving: .random(in: 0...20_000))
      let texts = (0..<4).map { _ in
        number += 1
        return "\(number) " + String(repeating: "x", count: .random(in: 0...5000))
      }
      let before = store.losses[.writeFailed]
      let kept = store.append(texts)
      expected += texts.prefix(kept)
      full += kept < texts.count ? 1 : 0
      let lost = store.losses[.writeFailed] - before
      #expect(lost == UInt64(texts.count - kept))
      try disk.drain()
    }
    let kept = try Kept(in: configuration.directory)
    #expect(full > 30)
    #expect(kept.texts == expected)
    #expect(kept.isGapless)
    #expect(kept.rest == 0)
    let taken = store.append("afterwards")
    #expect(taken == 1)
    let failure = store.failure
    #expect(failure == nil)
  }
}

/// A file system in memory.
final class SmallDisk {
  let path: String

  init(at path: String, size: Int) throws {
    self.path = path
    try check("mount", unsafe mount("martlet-test", path, "tmpfs", 0, "size=\(size)"))
  }

  deinit { unsafe umount(path) }

  /// Fills it up but for so many bytes, in whole pages.
  func fill(leaving bytes: Int) throws {
    var status = statvfs()
    try check("statvfs", unsafe statvfs(path, &status))
    let free = Int(status.f_bavail) * Int(status.f_bsize)
    let file = try check("open", unsafe open(path + "/filling", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
    defer { close(file) }
    if free > bytes { _ = posix_fallocate(file, 0, off_t(free - bytes)) }
  }

  func drain() throws { try check("unlink", unsafe unlink(path + "/filling")) }
}
