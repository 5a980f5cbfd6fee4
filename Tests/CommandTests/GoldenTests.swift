import Foundation
import Glibc
import MartletAgent
import MartletModel
import MartletOutput
import Support
import Testing

/// Recordings, beside the JSON that they are replayed to. `make golden` rewrites the JSON, and `scripts/record-fixtures`
/// makes the recordings anew when their layout has changed.
struct GoldenTests {
  private static let fixtures = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: fixtures.path())) ?? [])
    .filter { $0.hasSuffix(".records") && $0 != "demo.records" }.map { String($0.dropLast(".records".count)) }.sorted()

  @Test func `there are recordings`() { #expect(!Self.names.isEmpty) }

  /// The events of a recording, one a line.
  private func replay(_ name: String) throws -> Data {
    let place = try Workplace()
    let descriptor = try check("open", unsafe open(place["replayed"], O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
    defer { close(descriptor) }
    var printer = EventPrinter(descriptor: descriptor, format: .json, style: ScreenStyle(color: false))
    try Replay.run(
      path: Self.fixtures.appending(path: name + ".records").path(), events: Set(EventType.allCases), printer: &printer)
    printer.flush()
    return try Data(contentsOf: URL(filePath: place["replayed"]))
  }

  @Test func `the recording that stands in for the demo is whole`() throws {
    let events = try replay("demo").split(separator: 0x0a)
    let first = try JSON(try #require(events.first))
    expect(first["file"]["name"], "suspicious.sh")
    #expect(events.count > 100)
  }

  @Test(arguments: names)
  func `a recording makes the same events as ever`(name: String) throws {
    let events = try replay(name)
    let golden = Self.fixtures.appending(path: name + ".json")
    if ProcessInfo.processInfo.environment["MARTLET_UPDATE_GOLDEN"] == "1" { try events.write(to: golden) }
    let expected = try Data(contentsOf: golden).split(separator: 0x0a)
    let found = events.split(separator: 0x0a)
    #expect(found.count == expected.count)
    for (index, (found, expected)) in zip(found, expected).enumerated() where found != expected {
      // Member by member, which reads better than two long lines.
      let mismatches = Pattern(try JSON(expected)).mismatches(in: try JSON(found))
      Issue.record("event \(index): \(mismatches.isEmpty ? ["the order of the members differs"] : mismatches)")
    }
  }
}
