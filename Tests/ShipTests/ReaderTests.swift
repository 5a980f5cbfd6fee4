import Foundation
import Glibc
import MartletOutbox
import MartletShip
import Support
import Testing

/// Shippers that are killed, and writers that are.
struct ReaderTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  private var output: String { stage.workplace["events.jsonl"] }
  private var sink: String {
    "name: file\ntype: file\npath: \(output)\nrotate_size: 0\nbatch: {events: 7, wait: 1ms}"
  }

  /// Runs a shipper until it is killed, after so many microseconds.
  private func shipUntilKilled(_ configuration: String, microseconds: UInt32) throws {
    let program = try Program([Program.products + "martlet-ship", "--config", configuration])
    usleep(microseconds)
    kill(program.pid, SIGKILL)
    try program.wait()
  }

  @Test func `kill -9 of the shipper repeats events at most: none is lost, and they are in order`() throws {
    let configuration = try stage.workplace.file("ship.yaml", stage.text([sink]))
    for _ in 1...200 {
      stage.write(20)
      try shipUntilKilled(configuration, microseconds: .random(in: 0...60_000))
    }
    try stage.ship(sink)
    try stage.waitUntilDone("file")
    stage.stop()
    let delivered = numbers(content(output))
    var last = 0
    for number in delivered {
      try #require(number <= last + 1, "a gap after \(last)")
      last = max(last, number)
    }
    #expect(last == stage.count)
    // Each start may repeat a batch.
    #expect(delivered.count <= stage.count + 201 * 7)
    for line in content(output).split(separator: "\n") { try #require(line.hasSuffix("sh\"}}")) }
  }

  @Test func `events are read while they are written, over many segments and restarts of the writer`() throws {
    let directory = try stage.workplace.directory("other")
    var reader = OutboxReader(directory: directory)
    var sequences: [UInt64] = []
    func readOn() throws -> Bool {
      guard let event = try reader.next() else { return false }
      try #require(event.text.starts(with: "\(event.sequence) ".utf8))
      try #require(event.sequence > sequences.last ?? 0)
      sequences.append(event.sequence)
      return true
    }
    for _ in 1...40 {
      let program = try Program([Program.products + "outbox-writer", directory, "\(1 << 20)", "drop-oldest"])
      if .random() { try Program.wait { try readOn() || program.hasEnded() } }
      let end = Date(timeIntervalSinceNow: .random(in: 0...0.04))
      while Date() < end { _ = try readOn() }
      kill(program.pid, SIGKILL)
      try program.wait()
    }
    while try readOn() {}
    // What was dropped before it was read is counted, and nothing else is missing.
    let missing = reader.missing
    let (first, last) = (try #require(sequences.first), try #require(sequences.last))
    #expect(sequences.count > 100)
    #expect(UInt64(sequences.count) + missing == last - first + 1)
  }

  /// A bit in a frame's length, number, checksum or text, while the segment is written to and once it is not.
  @Test(arguments: [0, 2, 5, 9, 100], [true, false])
  func `a flipped bit costs the event that it is in, which is counted as missing`(byte: Int, isEnded: Bool) throws {
    stage.write(20)
    let segment = URL(filePath: stage.workplace["outbox/\(SegmentHeader.name(first: 1))"])
    var bytes = try Data(contentsOf: segment)
    var frame = SegmentHeader.size
    for _ in 1...11 {
      guard case .event(let text, _) = Frame.find(in: [UInt8](bytes).rawSpan, at: frame) else { break }
      frame = text.upperBound
    }
    bytes[frame + byte] ^= 0x40
    try FileHandle(forWritingTo: segment).write(contentsOf: bytes)
    if isEnded { try stage.reopenOutbox() }
    stage.write(5)
    try stage.ship(sink)
    try stage.waitUntilDone("file")
    let delivered = numbers(content(output))
    #expect(delivered == Array(1...11) + Array(13...25))
    #expect(stage.values("file").missing == 1)
    #expect(stage.values("file").trouble == nil)
    // What was counted stays so when the configuration is read again.
    try stage.reload(sink)
    stage.write(1)
    try stage.waitUntilDone("file")
    #expect(stage.values("file").missing == 1)
  }

  @Test func `what was removed under the reader is begun anew under its name`() throws {
    let directory = stage.workplace["other"]
    func write(_ texts: [String]) throws {
      let store = try OutboxWriterBox(
        OutboxConfiguration(directory: directory, cursors: stage.workplace["none"], limit: 1 << 20, sync: .never))
      store.append(texts)
    }
    var reader = OutboxReader(directory: directory)
    try write(["a"])
    let first = try reader.next()
    #expect(first?.sequence == 1)
    try FileManager.default.removeItem(atPath: directory)
    try write(["b", "c"])
    let next = try reader.next()
    #expect(next?.sequence == 2)
    #expect(next?.text == Array("c".utf8))
  }

  @Test func `a cursor that is beyond all events is not believed`() throws {
    stage.write(3)
    var cursor = Cursor()
    cursor.sequence = Cursor.largest - 1
    var reader = OutboxReader(directory: stage.workplace["outbox"], from: cursor)
    let first = try reader.next()
    #expect(first?.sequence == 1)
  }

  @Test func `an outbox that is not there, or is no directory, is trouble until it can be read`() throws {
    let configuration = try stage.workplace.file(
      "ship.yaml",
      stage.text([sink]).replacing("outbox: \(stage.workplace["outbox"])", with: "outbox: \(stage.workplace["typo"])"))
    let program = try Program([Program.products + "martlet-ship", "--config", configuration])
    let trouble = "cannot read '\(stage.workplace["typo"])': No such file or directory"
    try program.says("martlet-ship: file: \(trouble)\n")
    func status() throws -> Outcome {
      try Outcome(of: [Program.products + "martlet-ship", "status", "--config", configuration])
    }
    let before = try status()
    #expect(before.status == 1)
    #expect(before.text.hasPrefix("running, but does not answer: this is what the disk tells\n\(trouble)\n"))
    stage.write(3)
    stage.closeOutbox()
    try FileManager.default.moveItem(atPath: stage.workplace["outbox"], toPath: stage.workplace["typo"])
    try Program.wait { numbers(content(output)) == [1, 2, 3] }
    try program.says("martlet-ship: file: goes on\n")
    #expect(try status().status == 0)
    kill(program.pid, SIGTERM)
    #expect(try program.wait() == 0)
    #expect(program.errors.ranges(of: trouble).count == 1)
  }

  @Test func `a new sink begins with the oldest event, one that is gone is forgotten`() throws {
    stage.write(10)
    try stage.ship(sink)
    try stage.waitUntilDone("file")
    let second = sink.replacing("name: file", with: "name: second").replacing("events.jsonl", with: "second.jsonl")
    try stage.ship(second)
    try stage.waitUntilDone("second")
    #expect(numbers(content(stage.workplace["second.jsonl"])) == Array(1...10))
    #expect(Cursor.all(in: stage.workplace["state/cursors"]).keys.sorted() == ["second"])
  }

  @Test func `two shippers do not share a state`() throws {
    try stage.ship(sink)
    let configuration = try stage.configuration([sink])
    let error = #expect(throws: OutboxError.self) { _ = try Shipper.start(configuration) }
    #expect(error?.description.hasSuffix("is held by another process") == true)
  }
}
