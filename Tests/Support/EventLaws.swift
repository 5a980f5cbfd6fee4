import MartletSchema
import Testing

/// What holds of every event of a run.
struct EventLaws: ~Copyable {
  private var lastDates: [Int64: String] = [:]
  private var validator = EventValidator()

  mutating func check(_ event: JSON, text: ArraySlice<UInt8>, sourceLocation: SourceLocation) {
    let bytes = ContiguousArray(text)
    unsafe validator.validate(bytes.span.bytes) { violation in
      Issue.record("\(violation)", sourceLocation: sourceLocation)
    }
    #expect(rewritten(bytes) == bytes, "it reads back as what was written", sourceLocation: sourceLocation)
    guard !["lost_events", "agent_disturbed"].contains(event["evt"]["name"].string) else { return }

    // A rule of a policy signs with its own id and more, which the tests of policies look at.
    let isOfPolicy = !event["agent"]["policy_name"].isAbsent
    // What a profile does not know is signed as that.
    let isKnown = event["security_profile"]["event_in_profile"] != .bool(false)
    var signature: [String: Pattern] = [
      "rule_id": isOfPolicy || !isKnown ? .anything : "martlet_trace"
    ]
    for key in ["rule_version", "policy_name", "policy_version", "rule_actions"] where isOfPolicy {
      if !event["agent"][key].isAbsent { signature[key] = .anything }
    }
    let agent: Pattern = [
      "version": .matching(#"^\d+\.\d+\.\d+"#), "os": "linux", "arch": .anything, "origin": "ebpf",
    ]
    expect(event["agent"], agent.with(signature), sourceLocation: sourceLocation)
    let process = event["process"]
    #expect(process["parent"] == process["ancestors"][0], sourceLocation: sourceLocation)
    #expect(process["uid"] == process["credentials"]["uid"], sourceLocation: sourceLocation)
    #expect(process["gid"] == process["credentials"]["gid"], sourceLocation: sourceLocation)
    #expect(process["user"] == process["credentials"]["user"], sourceLocation: sourceLocation)
    #expect(process["group"] == process["credentials"]["group"], sourceLocation: sourceLocation)

    // The images of one process follow each other: each ends where the next begins.
    var later = process
    let isCut = process["truncated_ancestors"] == .bool(true)
    for (index, ancestor) in process["ancestors"].array.enumerated() {
      #expect(ancestor["parent"].isAbsent && ancestor["ancestors"].isAbsent, sourceLocation: sourceLocation)
      if ancestor["pid"] == later["pid"], later["is_thread"].isAbsent, !(isCut && index == 100) {
        #expect(ancestor["exit_time"] == later["exec_time"], sourceLocation: sourceLocation)
        #expect(ancestor["ppid"] == later["ppid"], sourceLocation: sourceLocation)
      }
      later = ancestor
    }

    // A kernel's clock only goes forward. (The text sorts like the time once the fraction has nine digits.)
    guard let pid = process["pid"].integer, let date = event["date"].string?.dropLast() else { return }
    let parts = date.split(separator: ".")
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let sortable = parts[0] + "." + fraction + String(repeating: "0", count: max(0, 9 - fraction.count))
    if let last = lastDates[pid] { #expect(String(sortable) >= last, sourceLocation: sourceLocation) }
    lastDates[pid] = String(sortable)
  }

  private func rewritten(_ bytes: ContiguousArray<UInt8>) -> ContiguousArray<UInt8>? {
    var reader = JSONReader()
    guard let document: EventDocument = try? unsafe reader.read(bytes.span.bytes) else { return nil }
    var writer = JSONWriter()
    document.write(to: &writer)
    return unsafe writer.bytes.withUnsafeBytes { unsafe ContiguousArray($0) }
  }
}

extension JSON {
  /// What a member that need not be there is expected to be.
  fileprivate var anythingOrAbsent: Pattern { isAbsent ? .absent : .anything }
}
