import Foundation
import Support
import Testing

@testable import MartletAgent
@testable import MartletOutput

/// Lines on their way to a file whose disk may be slow, or stand still.
struct FileTargetTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Hands over lines of a hundred bytes, each of which has a number.
  private func hand(_ numbers: Range<Int>, to file: FileTarget) {
    for number in numbers {
      var line = SplicedText()
      line.own.beginArray()
      line.own.value(String(repeating: "0", count: 95 - String(number).count) + String(number))
      line.own.endArray()
      line.own.newline()
      file.take(line, count: 1)
    }
  }

  /// The numbers in a file, and what its other lines say of losses.
  private func read(_ path: String) throws -> (numbers: [Int], losses: [JSON]) {
    let lines = try Data(contentsOf: URL(filePath: path)).split(separator: 0x0a).map { try JSON($0) }
    return (
      lines.compactMap { $0[0].string.flatMap { Int($0) } },
      lines.map { $0["evt"]["variables"] }.filter { !$0.isAbsent }
    )
  }

  @Test func `who fills the memory waits for a disk that moves, and nothing is lost`() throws {
    let file = try FileTarget(RotatingFile.Options(path: place["events"]), limit: 1000, patience: .seconds(60))
    hand(0..<20_000, to: file)
    file.finish()
    let health = file.health
    #expect(health.counts.written == 20_000 && health.lost == 0 && health.waiting == 0)
    let (numbers, losses) = try read(place["events"])
    #expect(numbers == Array(0..<20_000) && losses.isEmpty)
  }

  @Test func `it goes on under its name, when that is asked for`() throws {
    let file = try FileTarget(RotatingFile.Options(path: place["events"]))
    hand(0..<3, to: file)
    try Program.wait { file.health.waiting == 0 }
    try FileManager.default.moveItem(atPath: place["events"], toPath: place["moved"])
    file.reopen()
    try Program.wait { FileManager.default.fileExists(atPath: place["events"]) }
    hand(3..<5, to: file)
    file.finish()
    #expect(try read(place["moved"]).numbers == [0, 1, 2])
    #expect(try read(place["events"]).numbers == [3, 4])
  }

  @Test(.kernel) func `for a disk that stands still nobody waits, and what had no room is told in the file`() throws {
    let disk = try FrozenDisk(in: place)
    defer { disk.remove() }
    let path = disk.path + "/events"
    let file = try FileTarget(
      RotatingFile.Options(path: path), limit: 10_000, patience: .milliseconds(100), lastPatience: .seconds(5))
    hand(0..<5, to: file)
    try Program.wait { file.health.counts.written == 5 }
    try disk.freeze()
    hand(5..<1000, to: file)
    let stuck = file.health
    #expect(stuck.counts.written == 5 && stuck.waiting >= 90 && stuck.waiting + stuck.unqueued == 995)
    #expect(file.isReady, "nobody waits for it")
    file.tick()
    #expect(file.problem == "the disk does not take in time what is for '\(path)'")

    try disk.thaw()
    try Program.wait { file.health.waiting == 0 }
    file.tick()
    #expect(file.problem == nil)
    hand(1000..<1005, to: file)
    try Program.wait { file.health.waiting == 0 }
    // Nor at the end: what it does not take by then counts as lost, though what it had been given it takes when it moves.
    try disk.freeze()
    hand(1005..<1010, to: file)
    try Program.wait { file.health.waiting > 0 }
    file.finish()
    #expect(file.health.waiting == 0 && file.health.unqueued == stuck.unqueued + 5)
    try disk.thaw()
    try Program.wait { try read(path).losses.count == 2 }
    let (numbers, losses) = try read(path)
    let kept = 5 + Int(stuck.waiting)
    let late = numbers.dropFirst(kept + 5).count
    #expect(numbers == Array(0..<kept) + Array(1000..<1005 + late) && (1...5).contains(late))
    #expect(losses.map { $0["lost.file.queue_full"].integer } == [Int64(1000 - kept), 5])
  }
}
