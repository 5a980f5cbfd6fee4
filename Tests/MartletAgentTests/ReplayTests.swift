import Foundation
import MartletContext
import MartletModel
import MartletOutput
import Testing

@testable import MartletAgent

struct ReplayTests {
  private let folder = TemporaryFolder()

  private static let clock = HostClock(monotonic: ClockBase(offset: 0), boot: 0, ticksPerSecond: 100)
  /// The start of a recording whose process had ended before it was looked at.
  private static let start: [Entry] = [
    .header(.current(clock: clock, seed: 100)), .answer(.stat(pid: 100), nil), .answer(.mounts(pid: 100), nil),
  ]
  private static let loss = Entry.loss(
    Loss(time: Instant(nanoseconds: 0), rows: [Loss.Row(type: .open, cause: .ringFull, count: 3)]))

  /// What a replay prints, and how it ends.
  private func replay(_ entries: [Entry]) throws -> (text: String, error: RecordingError?) {
    let path = try folder.recording(of: entries)
    let output = folder.path("output")
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    let handle = try #require(FileHandle(forWritingAtPath: output))
    var printer = EventPrinter(descriptor: handle.fileDescriptor, format: .compact, style: ScreenStyle(color: false))
    var failure: RecordingError?
    do {
      try Replay.run(path: path, events: Set(EventType.allCases), printer: &printer)
    } catch {
      failure = error
    }
    printer.flush()
    return (try String(contentsOfFile: output, encoding: .utf8), failure)
  }

  @Test func `a replay asks what the recording answers, and tells of the losses where they were`() throws {
    let (text, error) = try replay(Self.start + [Self.loss])
    #expect(error == nil)
    #expect(text == "lost: 3 open (ring_full)\n")
  }

  @Test func `a record that cannot be decoded does not end the replay`() throws {
    let (text, error) = try replay(Self.start + [.record([]), .record(Array(repeating: 0xff, count: 90)), Self.loss])
    #expect(error == nil)
    #expect(text == "lost: 3 open (ring_full)\n")
  }

  @Test func `an answer that is missing ends the replay before anything is made up`() throws {
    let (text, error) = try replay(Self.start.dropLast() + [Self.loss])
    #expect(error?.reason == .inconsistent)
    #expect(error?.isUsable == true)
    #expect(error?.offset == 12)
    #expect(text == "")
  }

  @Test func `answers to rules are passed over where nobody asks, and are no event's`() throws {
    let answer = Entry.answer(.package(PackageQuestion(pids: [1], path: "/a")), nil)
    let (text, error) = try replay([
      Self.start[0], answer, Self.start[1], answer, Self.start[2], answer, Self.loss, answer,
    ])
    #expect(error == nil)
    #expect(text == "lost: 3 open (ring_full)\n")
  }

  @Test func `answers to rules are found where they were given, and later`() throws {
    let questions = ["/a", "/b", "/c"].map { HostQuestion.package(PackageQuestion(pids: [1], path: $0)) }
    let path = try folder.recording(of: [
      .answer(questions[0], [1]), .answer(questions[1], [2]), .answer(questions[0], [3]), Self.loss,
      .answer(questions[2], [4]),
    ])
    let reader = try RecordingReader(path: path)
    let host = ReplayHost(reader)
    #expect(host.answer(questions[0]) == [1])
    // The order of other rules may be another one.
    #expect(host.answer(questions[0]) == [3])
    #expect(host.answer(questions[1]) == [2])
    #expect(host.answer(questions[2]) == nil)
    #expect(try reader.next() == Self.loss)
    #expect(host.answer(questions[2]) == [4])
    #expect(host.failure == nil)
  }

  @Test func `entries out of their order end the replay`() throws {
    let first = try #require(try replay([Self.loss]).error)
    #expect(first.reason == .malformed)
    #expect(first.offset == 12)
    #expect(try replay([]).error?.reason == .malformed)
    #expect(try replay(Self.start + [Self.start[0]]).error?.reason == .malformed)
    let (text, error) = try replay(Self.start + [Self.loss, Self.start[1]])
    #expect(error?.reason == .malformed)
    #expect(text == "lost: 3 open (ring_full)\n")
  }

  @Test func `records of another layout or machine are not read`() throws {
    var other = RecordingHeader.current(clock: Self.clock, seed: 1)
    other.abiVersion += 1
    let layout = try #require(try replay([.header(other)]).error)
    #expect(layout.reason == .abi(found: other.abiVersion, supported: other.abiVersion - 1))
    #expect(!layout.isUsable)
    other.abiVersion -= 1
    other.architecture = 8
    #expect(try replay([.header(other)]).error?.reason == .architecture)
  }
}
