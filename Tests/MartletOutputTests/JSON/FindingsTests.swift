import MartletModel
import MartletOutput
import MartletSchema
import Testing

/// What was found out about files, in the events that leave.
struct FindingsTests {
  private let event: Event
  private var match = Match(RuleSignature(id: "r", title: "t"))

  init() {
    var builder = EventBuilder()
    let script = ProcessImage.image("sh", 1, path: "/opt/script").executable
    builder.interpreter = script
    event = builder.exec(["sh"])
    match.findings.note(event.process.executable) { $0.hash = FileHash(.done, digests: ["sha1:00"]) }
    match.findings.note(script) { $0.hash = FileHash(.fileEmpty) }
    if let parent = event.process.ancestor {
      match.findings.note(parent.executable) {
        $0.package = SoftwarePackage(name: "bash", version: PackageVersion("5-1"), source: PackageVersion("5-1"))
      }
    }
  }

  private func document(_ match: Match, _ encoder: inout EventEncoder) throws -> EventDocument {
    var text = SplicedText()
    encoder.write(event, match: match, to: &text)
    var validator = EventValidator()
    validator.validate(unsafe text.text.utf8Span.span.bytes) { Issue.record("\($0)") }
    return try EventDocument(json: text.text)
  }

  @Test func `each file shows what was found out about it, wherever it occurs`() throws {
    var encoder = EventEncoder()
    let document = try document(match, &encoder)
    #expect(document.file?.hashes == ["sha1:00"] && document.file?.hashState == "Done")
    let process = try #require(document.process)
    #expect(process.executable?.hashes == ["sha1:00"] && process.executable?.hashState == "Done")
    #expect(process.interpreter?.hashes == nil && process.interpreter?.hashState == "FileEmpty")
    #expect(process.parent?.executable?.packageName == "bash" && process.parent?.executable?.packageVersion == "5-1")
    #expect(process.parent?.executable?.hashState == "NoHash")
  }

  @Test func `the next event shows none of it`() throws {
    var encoder = EventEncoder()
    let before = try document(.traced, &encoder)
    _ = try document(match, &encoder)
    #expect(try document(.traced, &encoder) == before)
    #expect(before.file?.hashState == "NoHash" && before.process?.parent?.executable?.packageName == nil)
  }

  @Test func `the rule's actions are reported with it`() throws {
    var encoder = EventEncoder()
    var match = match
    #expect(try document(match, &encoder).agent.ruleActions == nil)
    match.actions = [.hash(path: "/usr/bin/dash", .done)]
    let action = try #require(try document(match, &encoder).agent.ruleActions?.first)
    #expect(
      action
        == .object([
          "type": .string("hash"), "path": .string("/usr/bin/dash"), "state": .string("Done"),
          "trigger": .string("event"),
        ]))
    #expect(try document(self.match, &encoder).agent.ruleActions == nil)
  }
}
