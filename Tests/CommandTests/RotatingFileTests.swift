import CZstd
import Foundation
import Glibc
import Support
import Testing

@testable import MartletAgent
@testable import MartletOutput

/// The file of events, as it grows, is moved, and finds no room.
struct RotatingFileTests {
  private let place: Workplace
  private var options: RotatingFile.Options

  init() throws {
    place = try Workplace()
    options = RotatingFile.Options(path: place["logs/events"])
    options.isCompressed = false
  }

  /// Writes lines of a hundred bytes that begin with these numbers.
  private func write(_ numbers: ClosedRange<Int>, to file: RotatingFile) {
    for number in numbers {
      var text = SplicedText()
      text.own.value(String("\(number) " + String(repeating: "x", count: 100)).prefix(97).description)
      text.own.newline()
      file.take(text, count: 1)
    }
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: place["logs"]).sorted { one, other in
      let parts = [one, other].map { $0.split(separator: ".") }
      if parts.contains(where: { $0.count < 2 }) { return parts[0].count > parts[1].count }
      let number = parts.map { $0.count > 2 ? Int($0[2]) ?? 0 : 0 }
      return parts[0][1] == parts[1][1] ? number[0] < number[1] : parts[0][1] < parts[1][1]
    }
  }

  private func numbers(in text: some Collection<UInt8>) -> [Int] {
    text.split(separator: 0x0a).compactMap { line in
      guard line.count == 99, line.last == UInt8(ascii: "\"") else { return nil }
      return Int(String(decoding: line.dropFirst(), as: UTF8.self).prefix { $0 != " " })
    }
  }

  private func numbers(of names: [String]) throws -> [Int] {
    try names.flatMap { numbers(in: [UInt8](try Data(contentsOf: URL(filePath: place["logs/" + $0])))) }
  }

  @Test func `it is set aside before it is larger than allowed, and no line is lost or cut`() throws {
    var options = options
    options.largest = 1000
    let file = try RotatingFile(options)
    write(1...95, to: file)
    let names = try files()
    #expect(names.count == 10)
    #expect(try numbers(of: names) == Array(1...95))
    #expect(file.counts.rotations == 9 && file.counts.written == 95 && file.counts.lost == 0)
    let sizes = try names.map { try FileManager.default.attributesOfItem(atPath: place["logs/" + $0])[.size] as? Int }
    #expect(sizes.allSatisfy { $0.map { $0 <= 1000 } ?? false })
  }

  @Test func `of those set aside so many are kept as was said, and what else is there is left alone`() throws {
    var options = options
    (options.largest, options.kept) = (1000, 3)
    let file = try RotatingFile(options)
    try place.file("logs/events.old")
    try place.file("logs/events.20000101T000000Z.gz")
    write(1...95, to: file)
    file.tick()
    let names = try files()
    #expect(names.contains("events.old") && names.contains("events.20000101T000000Z.gz"))
    #expect(try numbers(of: names) == Array(61...95))
  }

  @Test func `those set aside are compressed, and say the same`() throws {
    var options = options
    (options.largest, options.isCompressed) = (1 << 20, true)
    let file = try RotatingFile(options)
    write(1...21000, to: file)
    var names: [String] = []
    try Program.wait {
      file.tick()
      names = try files()
      return names.count == 3 && names.count { $0.hasSuffix(".zst") } == 2
    }
    var found: [Int] = []
    for name in names {
      let data = [UInt8](try Data(contentsOf: URL(filePath: place["logs/" + name])))
      guard name.hasSuffix(".zst") else {
        found += numbers(in: data)
        continue
      }
      var text = [UInt8](repeating: 0, count: 2 << 20)
      let count = unsafe ZSTD_decompress(&text, text.count, data, data.count)
      #expect(ZSTD_isError(count) == 0)
      found += numbers(in: text.prefix(count))
    }
    #expect(found == Array(1...21000))
  }

  @Test func `a file that is old is set aside`() throws {
    var options = options
    options.oldest = .seconds(3600)
    do {
      let file = try RotatingFile(options)
      write(1...1, to: file)
      file.tick()
      #expect(try files().count == 1)
    }
    usleep(1_100_000)
    options.oldest = .seconds(1)
    let file = try RotatingFile(options)
    file.tick()
    write(2...2, to: file)
    #expect(try files().count == 2)
    #expect(try numbers(of: files()) == [1, 2])
  }

  @Test func `one that somebody moved is begun anew`() throws {
    let file = try RotatingFile(options)
    write(1...2, to: file)
    try FileManager.default.moveItem(atPath: place["logs/events"], toPath: place["moved"])
    write(3...3, to: file)
    file.tick()
    write(4...4, to: file)
    #expect(numbers(in: [UInt8](try Data(contentsOf: URL(filePath: place["moved"])))) == [1, 2, 3])
    #expect(try numbers(of: ["events"]) == [4])
  }

  @Test func `it goes on where it ended, and a line that was cut is ended first`() throws {
    try place.directory("logs")
    try place.file("logs/events", "{\"half")
    let file = try RotatingFile(options)
    write(1...1, to: file)
    let text = try String(contentsOfFile: place["logs/events"], encoding: .utf8)
    #expect(text.hasPrefix("{\"half\n\"1 x"))
  }

  @Test(.kernel) func `on a full disk whole lines are dropped and counted, and it goes on when there is room`() throws {
    try place.directory("logs")
    try #require(try Outcome(of: ["/bin/mount", "-t", "tmpfs", "-o", "size=64k", "none", place["logs"]]).status == 0)
    defer { _ = try? Outcome(of: ["/bin/umount", "-l", place["logs"]]) }
    let ballast = try place.file("logs/ballast", String(repeating: "x", count: 30_000))
    let file = try RotatingFile(options)
    write(1...1000, to: file)
    #expect(file.failure?.errno == ENOSPC)
    #expect(file.counts.lost > 0 && file.counts.written + file.counts.lost == 1000)
    #expect(try numbers(of: ["events"]) == Array(1...Int(file.counts.written)))
    unsafe unlink(ballast)
    let before = Int(file.counts.written)
    write(2000...2010, to: file)
    #expect(file.failure == nil)
    #expect(try numbers(of: ["events"]) == Array(1...before) + Array(2000...2010))
  }
}
