import Support
import Testing

/// Not one event is missing, and none is told twice.
@Suite(.kernel)
struct CompletenessTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// Traces an actor and hands over the first kilobyte of each line, as it comes.
  private func stream(_ words: [String], events: String, line: (ArraySlice<UInt8>) -> Void) throws -> String {
    let pipe = try NamedPipe()
    let martlet = try Program(
      [Program.martlet, "trace", "--format", "json", "--events", events, "--", Program.actor] + words, output: pipe.path
    )
    pipe.lines(limit: 1024, line)
    let status = try martlet.wait()
    try #require(status == 0)
    return martlet.errors
  }

  @Test func `of twenty thousand opens by two threads each is told once`() throws {
    for index in 0..<100 {
      try place.file("a\(index)")
      try place.file("b\(index)")
    }
    let start = Array("\"path\":\"\(place.path)/".utf8)
    var counts: [String: Int] = [:]
    let summary = try stream(["open-much", place.path, "10000"], events: "open") { line in
      guard let found = line.firstRange(of: start) else { return }
      counts[
        String(decoding: line[found.upperBound...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self), default: 0] += 1
    }
    #expect(counts.count == 200)
    #expect(counts.values.allSatisfy { $0 == 100 }, "\(counts)")
    #expect(summary.contains(" 0 lost "), "\(summary)")
  }

  @Test func `of five hundred processes by two processes each is told from fork to exit`() throws {
    var counts: [String: Int] = [:]
    let summary = try stream(["exec-much", "250"], events: "fork,exec,exit") { line in
      for type in ["fork", "exec", "exit"] where line.firstRange(of: Array("\"evt\":{\"name\":\"\(type)\"".utf8)) != nil
      {
        counts[type, default: 0] += 1
      }
    }
    // The two processes are forks of the command and end; the command execs and ends.
    #expect(counts == ["fork": 502, "exec": 501, "exit": 503])
    #expect(summary.contains(" 0 lost "), "\(summary)")
  }
}
