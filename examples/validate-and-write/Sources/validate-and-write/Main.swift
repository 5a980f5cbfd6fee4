import MartletSchema

/// Builds an event, writes it, reads it back, and shows what the validator makes of it and of a damaged copy.
@main
enum Main {
  static func main() throws {
    // What is nil is left out; what has a value is written.
    let event = EventDocument(
      agent: AgentContext(ruleID: "shadow_opened", policyName: "example.policy"),
      title: "The shadow file was opened",
      evt: EventContext(name: "open", category: "File Activity", outcome: "Success"),
      date: Timestamp(nanoseconds: 1_727_877_787_123_400_000),
      file: FileEvent(
        path: "/etc/shadow", name: "shadow", inode: 131_090, mode: 33152, uid: 0, gid: 42, flags: ["O_RDONLY"]),
      process: ProcessContext(
        pid: 4242, uid: 0, gid: 0, comm: "cat", executable: File(path: "/usr/bin/cat", uid: 0, gid: 0)))

    let json = event.json
    print(json)

    let copy = try EventDocument(json: json)
    guard copy == event, copy.json == json else { fatalError("an event does not survive being written and read") }
    print("read back: \(copy.evt?.name ?? "") of \(copy.file?.path ?? "") by \(copy.process?.comm ?? "")")

    var validator = EventValidator()
    for text in [json, json.replacing("4242", with: "\"4242\"").replacing("uid", with: "userid", maxReplacements: 1)] {
      var violations = 0
      validator.validate(Array(text.utf8).span.bytes) { violation in
        violations += 1
        print("violation: \(violation)")
      }
      print(violations == 0 ? "valid" : "\(violations) violations")
    }

    // Many events, one buffer: after the first few nothing is allocated any more.
    var writer = JSONWriter()
    for _ in 1...1000 {
      writer.removeAll()
      event.write(to: &writer)
      writer.newline()
    }
    print("the last line has \(writer.count) bytes")
  }
}
