import Foundation
import MartletContext
import MartletModel
import Testing

@testable import MartletAgent

/// Recordings in a file: what was written is read, and what was damaged is told.
struct RecordingTests {
  private let folder = TemporaryFolder()

  private static let header = Entry.header(
    RecordingHeader(
      abiVersion: 3, architecture: 62,
      clock: HostClock(monotonic: ClockBase(offset: -5), boot: .max, ticksPerSecond: 100), seed: .max))
  private static let loss = Entry.loss(
    Loss(
      time: Instant(nanoseconds: .min),
      rows: EventType.allCases.flatMap { type in
        Loss.Cause.allCases.map { Loss.Row(type: type, cause: $0, count: .max) }
      }))
  private static let disturbances = Disturbance.Kind.allCases.flatMap { kind in
    Disturbance.State.allCases.map { state in
      Entry.disturbance(
        Disturbance(
          time: Instant(nanoseconds: .max), kind, state, subject: "é", detail: state == .past ? "" : "detail",
          amount: .max, isHealthy: state == .over))
    }
  }
  private static let questions: [HostQuestion] = [
    .stat(pid: 1), .status(pid: 2), .commandLine(pid: 3), .environment(pid: 4), .cgroup(pid: 5), .executable(pid: 6),
    .mounts(pid: 7), .users(pid: 0), .groups(pid: .max),
    .hashes(
      HashQuestion(
        pids: [8, 0], isImage: true, path: "/é", inode: .max, modified: .min, changed: .max, limit: 1)),
    .package(PackageQuestion(pids: [9], path: "")), .container(id: "é"),
  ]
  private static let small: [Entry] =
    [header] + questions.map { .answer($0, Array("text".utf8)) } + [
      .answer(.stat(pid: 9), nil), .answer(.stat(pid: 9), []), .record([1, 2, 3]), .record([]), loss,
    ] + disturbances + [.end]

  // MARK: Whole

  @Test func `every kind of entry reads back`() throws {
    let path = try folder.recording(of: Self.small.dropLast())
    let reader = try RecordingReader(path: path)
    for entry in Self.small { #expect(try reader.next() == entry) }
  }

  @Test func `entries cross blocks`() throws {
    var random = SystemRandomNumberGenerator()
    let entries = (1...12).map { number in
      Entry.record((0..<number * 8_000).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
    let path = try folder.recording(of: entries)
    let reader = try RecordingReader(path: path)
    for entry in entries { #expect(try reader.next() == entry) }
    #expect(try reader.next() == .end)
    #expect(try Data(contentsOf: URL(filePath: path)).count > 2 * 256 << 10)
  }

  @Test func `behind the end there is nothing`() throws {
    let reader = try RecordingReader(path: folder.recording(of: [Self.header]))
    #expect(try reader.next() == Self.header)
    #expect(try reader.next() == .end)
    #expect(throws: RecordingError.self) { try reader.next() }
  }

  @Test func `a recording is for its owner only`() throws {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.recording(of: []))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  // MARK: Damaged

  /// Reads `bytes` as a recording: what it holds, and how it ends.
  private func read(_ bytes: [UInt8]) throws -> (entries: [Entry], error: RecordingError?) {
    let path = folder.path("damaged")
    try Data(bytes).write(to: URL(filePath: path))
    var entries: [Entry] = []
    do {
      let reader = try RecordingReader(path: path)
      while true {
        let entry = try reader.next()
        entries.append(entry)
        if entry == .end { return (entries, nil) }
      }
    } catch {
      return (entries, error)
    }
  }

  /// A recording of three blocks, and where each begins.
  private func blocks() throws -> (entries: [Entry], bytes: [UInt8], starts: [Int]) {
    let entries: [Entry] = [Self.header, .answer(.stat(pid: 1), [1]), .record(Array(repeating: 7, count: 90)), .end]
    let path = folder.path("blocks")
    let writer = try RecordingWriter(path: path)
    var starts: [Int] = []
    for entry in entries.dropLast() {
      starts.append(try Data(contentsOf: URL(filePath: path)).count)
      writer.append(entry)
      if entry != entries[2] { writer.flush() }
    }
    try writer.finish()
    return (entries, Array(try Data(contentsOf: URL(filePath: path))), starts)
  }

  @Test func `of a recording that was cut short, the blocks that are whole are read`() throws {
    let (entries, bytes, starts) = try blocks()
    #expect(try read(bytes).entries == entries)
    for length in bytes.indices {
      let (found, error) = try read(Array(bytes.prefix(length)))
      let whole = (starts + [bytes.count]).count { $0 <= length } - 1
      #expect(found == Array(entries.prefix(max(whole, 0))))
      let reason = try #require(error).reason
      if length < starts[0] {
        #expect(reason == (length < 8 ? .noRecording : .truncated))
      } else {
        #expect(reason == .truncated)
        #expect(error?.offset == UInt64(starts[whole]))
      }
    }
  }

  @Test func `a byte that changed is noticed in its block, and the blocks before it are read`() throws {
    let (entries, bytes, starts) = try blocks()
    for index in bytes.indices {
      for flip in [0x01, 0x80, 0xff] as [UInt8] {
        var damaged = bytes
        damaged[index] ^= flip
        let (found, error) = try read(damaged)
        let whole = max(starts.count { $0 <= index } - 1, 0)
        #expect(found.starts(with: entries.prefix(index < starts[0] ? 0 : whole)))
        switch error?.reason {
        case .noRecording: #expect(index < 8)
        case .version: #expect((8..<12).contains(index))
        case nil: #expect(found == entries, "byte \(index) of \(bytes.count) changed unnoticed")
        default: #expect(error?.offset == UInt64(starts[whole]))
        }
      }
    }
  }

  @Test(
    arguments: [
      ([], "'PATH' is not a recording of martlet"),
      (Array("MARTLEX\n\u{1}\0\0\0".utf8), "'PATH' is not a recording of martlet"),
      (Array("{\"agent\":{}}\n".utf8), "'PATH' is not a recording of martlet"),
      (Array("MARTLET\n\u{2}\0\0\0".utf8), "'PATH' has format 2, and this martlet reads format 1"),
      (Array("MARTLET\n\u{1}\0\0\0".utf8), "'PATH' ends in the middle, in the block at byte 12"),
    ] as [([UInt8], String)])
  func `what is no recording of ours is told`(bytes: [UInt8], message: String) throws {
    let error = try #require(try read(bytes).error)
    #expect(error.description == message.replacing("PATH", with: folder.path("damaged")))
  }

  @Test func `a file that is not there is told`() {
    let path = folder.path("none")
    let error = #expect(throws: RecordingError.self) { try RecordingReader(path: path) }
    #expect(error?.description == "cannot read '\(path)': No such file or directory")
    #expect(error?.isUsable == false)
  }

  @Test func `entries of any bytes never trap`() {
    var state: UInt64 = 1
    var whole: [UInt8] = []
    for entry in Self.small { entry.encode(into: &whole) }
    for _ in 0..<1_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var bytes = whole
      bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      var rest = bytes[...]
      while !rest.isEmpty, Entry(from: &rest) != nil {}
    }
  }
}

extension Entry: Equatable {
  static func == (left: Entry, right: Entry) -> Bool {
    var bytes: (left: [UInt8], right: [UInt8]) = ([], [])
    left.encode(into: &bytes.left)
    right.encode(into: &bytes.right)
    return bytes.left == bytes.right
  }
}

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
  private let url = URL.temporaryDirectory.appending(component: "martlet-\(UUID().uuidString)")

  init() { try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(component: name).path(percentEncoded: false) }

  /// Writes a recording of these entries and an end.
  func recording(of entries: some Sequence<Entry>) throws -> String {
    let path = path("recording")
    let writer = try RecordingWriter(path: path)
    for entry in entries { writer.append(entry) }
    try writer.finish()
    return path
  }
}
