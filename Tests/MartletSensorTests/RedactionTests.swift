import CMartletABI
import MartletModel
import Testing

@testable import MartletSensor

struct RedactionTests {
  /// A recording's bytes of a record whose strings were replaced, as the context replaces secrets.
  private func redacted(_ bytes: [UInt8], argv: [String], envp: [String]) throws -> (bytes: [UInt8], of: Activity) {
    var activity = try decode(bytes)
    guard case .exec(var exec) = activity.detail else { return (bytes, activity) }
    exec.argv = argv
    exec.envp = envp
    activity.detail = .exec(exec)
    return (unsafe Record(bytes.span.bytes).redacted(as: activity), activity)
  }

  private static let secret = SampleRecord.exec {
    $0.fixed.args = $0.strings("mysql", "--password=CANARY-1", "--token", "CANARY-2")
    $0.fixed.envs = $0.strings("PATH=/bin", "KEY=CANARY-3")
  }

  @Test func `no byte of a secret stays`() throws {
    let kept = try redacted(
      Self.secret, argv: ["mysql", "--password=********", "--token", "********"], envp: ["PATH=/bin", "KEY"])
    let text = String(decoding: kept.bytes, as: UTF8.self)
    #expect(String(decoding: Self.secret, as: UTF8.self).contains("CANARY"))
    #expect(!text.contains("CANARY"))
    #expect(text.contains("./script"))
  }

  @Test(arguments: [
    (["mysql", "--password=********", "x"], ["PATH=/bin", "KEY"]),
    ([], []), ([""], []), (["", "a"], ["A"]), (["a"], ["", "A", "", "B"]), (["a"], [""]),
    // A string that grew when its secrets were masked, and bytes that were no text.
    (["a", String(repeating: "token=******** ", count: 500)], []),
    (["a", String(repeating: "\u{fffd}", count: 4096) + "..."], []),
  ])
  func `what was redacted decodes to the activity that was redacted, and stays so`(argv: [String], envp: [String])
    throws
  {
    let kept = try redacted(Self.secret, argv: argv, envp: envp)
    #expect(try decode(kept.bytes).everything == kept.of.everything)
    #expect(try redacted(kept.bytes, argv: argv, envp: envp).bytes == kept.bytes)
  }

  @Test func `what the decoder cut stays cut`() throws {
    let record = SampleRecord.exec {
      $0.fixed.args = $0.strings("a", String(repeating: "x", count: 5_000))
      $0.fixed.envs = $0.text("A=1\0B=unterminated")
    }
    let activity = try decode(record)
    let exec = try #require(activity.exec)
    #expect(exec.argvTruncated && exec.envpTruncated)
    let kept = try redacted(record, argv: exec.argv, envp: exec.envp)
    #expect(try decode(kept.bytes).everything == activity.everything)
  }

  @Test func `the span at its end stays, and is the end`() throws {
    let kept = try redacted(SampleRecord.inSpan(Self.secret), argv: ["a"], envp: ["A"])
    #expect(try decode(kept.bytes).everything == kept.of.everything)
    #expect(kept.of.span == TraceSpan(spanID: 1 << 63, traceID: 9))
    #expect(try redacted(kept.bytes, argv: ["a"], envp: ["A"]).bytes == kept.bytes)
  }

  @Test func `the record says its new size`() throws {
    let kept = try redacted(Self.secret, argv: ["a"], envp: []).bytes
    #expect(unsafe try Record(kept.span.bytes).fixed(martlet_record_header.self).size == UInt32(kept.count))
  }

  @Test func `other records have no secrets`() throws {
    for record in SampleRecord.all where record != SampleRecord.exec {
      #expect(try unsafe Record(record.span.bytes).redacted(as: decode(record)) == record)
    }
  }
}
