import Foundation
import Support
import Testing

/// Recordings, beside the JSON that they are replayed to. `make golden` rewrites the JSON, and `scripts/record-fixtures`
/// makes the recordings anew when their layout has changed.
struct GoldenTests {
  static let names = Fixtures.names.filter { $0 != "demo" }

  @Test func `there are recordings`() { #expect(!Self.names.isEmpty) }

  @Test func `the recording that stands in for the demo is whole`() throws {
    let replayed = try Replayed(try Fixtures.recording("demo"))
    #expect(replayed.error == nil)
    let events = replayed.output.split(separator: 0x0a)
    let first = try JSON(try #require(events.first))
    expect(first["file"]["name"], "suspicious.sh")
    #expect(events.count > 100)
  }

  @Test(arguments: names)
  func `a recording makes the same events as ever`(name: String) throws {
    let replayed = try Replayed(try Fixtures.recording(name))
    #expect(replayed.error == nil)
    let golden = Fixtures.directory.appending(path: name + ".json")
    if ProcessInfo.processInfo.environment["MARTLET_UPDATE_GOLDEN"] == "1" {
      try Data(replayed.output).write(to: golden)
    }
    let expected = try Data(contentsOf: golden).split(separator: 0x0a)
    let found = replayed.output.split(separator: 0x0a)
    #expect(found.count == expected.count)
    for (index, (found, expected)) in zip(found, expected).enumerated() where !found.elementsEqual(expected) {
      // Member by member, which reads better than two long lines.
      let mismatches = Pattern(try JSON(expected)).mismatches(in: try JSON(found))
      Issue.record("event \(index): \(mismatches.isEmpty ? ["the order of the members differs"] : mismatches)")
    }
  }
}
