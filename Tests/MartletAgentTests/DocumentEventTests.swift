import Foundation
import MartletModel
import MartletOutput
import MartletSchema
import SECL
import Testing

@testable import MartletAgent
@testable import MartletRules

/// What an event's JSON tells of the fields of rules, held against the event itself.
struct DocumentEventTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  static let recordings = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
    .filter { $0.hasSuffix(".records") }.sorted()

  @Test(arguments: recordings)
  func `a field that the JSON tells has the value that the event has`(recording: String) throws {
    var encoder = EventEncoder()
    var compared: Set<String> = []
    var mismatches: [String: String] = [:]
    try Replay.run(path: Self.folder.appending(path: recording).path()) { item in
      guard case .event(let event, _) = item else { return }
      var text = SplicedText()
      encoder.write(event, match: .traced, to: &text)
      guard let document = try? EventDocument(json: text.text) else {
        mismatches["-"] = "no document"
        return
      }
      let told = DocumentEvent(document)
      let live = ReaderContext(LiveEvent(event))
      guard let given = try? told.event(types: []) else {
        mismatches["-"] = "no event"
        return
      }
      for field in Catalogue.shared.fields where told.tells(field) {
        guard field.eventType == nil || field.eventType == event.type.name else { continue }
        let (found, expected) = (given.value(of: field), live.value(of: field))
        compared.insert(field.name)
        if !says(found, expected) { mismatches[field.name] = "\(event.type.name): \(found), not \(expected)" }
      }
    }
    #expect(compared.count > 50)
    #expect(mismatches == [:])
  }

  /// Whether the two are the same. Of the names by which a file goes the JSON has one.
  private func says(_ found: Value, _ expected: Value) -> Bool {
    switch (found, expected) {
    case (.string(let name), .strings(let names)): names.contains(name)
    case (.strings(let some), .strings(let names)): Set(some).isSubset(of: names) && some.isEmpty == names.isEmpty
    default: found == expected
    }
  }
}
