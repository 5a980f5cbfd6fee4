import Foundation
import MartletModel
import MartletRules
import Support
import Testing

@testable import MartletAgent

struct InspectionTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  /// Rules that hold for every event, one for each type, called `name` and the type's name.
  private static func rules(_ name: String) throws -> RuleSet {
    let fields: [EventType: String] = [
      .exec: "exec.pid", .open: "open.flags", .exit: "exit.code", .signal: "signal.type", .chdir: "chdir.retval",
    ]
    var text = "rules:\n"
    for (type, field) in fields.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      text += "  - {id: \(name)_\(type.name), expression: \(field) != -12345}\n"
    }
    let source = PolicySource(name: "\(name).policy", file: "\(name).policy", bytes: Array(text.utf8))
    let (rules, report) = RuleSet.load([source], for: LoadingConditions())
    try #require(rules.rules.count == fields.count, "\(report.diagnostics)")
    return rules
  }

  /// A rule set that replaces another at any moment loses no event, and none is asked of both.
  @Test(arguments: 0..<20)
  func `each event is asked of one rule set, whenever rules are replaced`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 1)
    let sets = try [Self.rules("a"), Self.rules("b")]
    let inspection = Inspection(sets[0], hostname: "")
    var current = 0
    var swaps = 0
    var events: UInt64 = 0
    try Replay.run(path: Self.folder.appending(path: "demo.records").path()) { item in
      guard case .event(let event, let files) = item else { return }
      if UInt8.random(in: 0..<8, using: &random) == 0 {
        current = 1 - current
        inspection.replaceRules(by: sets[current])
        swaps += 1
      }
      let name = "\(["a", "b"][current])_\(event.type.name)"
      guard sets[current].rules.contains(where: { $0.id == name }) else { return }
      events += 1
      let matches = inspection.matches(event, files: files, isShown: false)
      // The limit of a rule may hold a match back, but never lets another rule's through.
      #expect(matches.allSatisfy { $0.rule.id == name } && matches.count <= 1)
    }
    #expect(swaps > 3 && events > 100)
    #expect(inspection.matchCount == events)
  }
}
