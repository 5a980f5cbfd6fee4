import Support
import Testing

/// Recordings that are none, or not any more.
struct DamageTests {
  @Test func `a recording that was changed anywhere is not believed`() throws {
    let whole = try Fixtures.recording("exec")
    let good = try Replayed(whole)
    try #require(good.error == nil)
    for index in whole.indices {
      for mask in index < 64 ? [UInt8(0x01), 0x80, 0xff] : [0x10] {
        var changed = whole
        changed[index] ^= mask
        let replayed = try Replayed(changed)
        // A bit that the compression does not use may be changed without a change of what is read.
        #expect(replayed.error != nil || replayed.output == good.output, "byte \(index) ^ \(mask)")
        #expect(good.output.starts(with: replayed.output), "byte \(index) ^ \(mask)")
      }
    }
  }

  @Test func `a recording that was cut anywhere is told to be`() throws {
    let whole = try Fixtures.recording("exec")
    for length in whole.indices {
      let error = try #require(try Replayed(whole.prefix(length)).error)
      #expect(error.isUsable == (length >= 8) && error.offset <= UInt64(length), "cut to \(length): \(error)")
    }
  }

  @Test(arguments: [
    ("missing", "No such file or directory"), ("empty", "is not a recording"), ("text", "is not a recording"),
    ("directory", "Is a directory"),
  ])
  func `what is no recording is unusable`(name: String, message: String) throws {
    let place = try Workplace()
    try place.file("empty")
    try place.file("text", "this is a text and no recording")
    try place.directory("directory")
    let outcome = try Outcome(martlet: ["replay", "--no-policy", place[name]])
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("martlet: ") && outcome.errors.contains(message), "\(outcome.errors)")
  }
}
