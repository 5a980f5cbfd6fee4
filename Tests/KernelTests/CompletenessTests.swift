import Glibc
import Support
import Testing

/// Not one event is missing, and none is told twice; where one must be missing it is counted.
@Suite(.kernel)
struct CompletenessTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// Traces a command and hands over the first kilobyte of each line, as it comes. Returns the summary.
  private func stream(
    _ command: [String], options: [String], line: (ArraySlice<UInt8>) throws -> Void
  ) throws -> String {
    let pipe = try NamedPipe()
    let martlet = try Program(
      [Program.martlet, "trace", "--format", "json"] + options + ["--"] + command, output: pipe.path)
    try pipe.lines(limit: 1024, line)
    let status = try martlet.wait()
    try #require(status == 0)
    return martlet.errors
  }

  private func files() throws {
    for index in 0..<100 {
      try place.file("a\(index)")
      try place.file("b\(index)")
    }
  }

  /// The name of the file of ours that an event is about.
  private func name(in line: ArraySlice<UInt8>) -> String? {
    guard let found = line.firstRange(of: Array("\"path\":\"\(place.path)/".utf8)) else { return nil }
    return String(decoding: line[found.upperBound...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
  }

  @Test func `of twenty thousand opens by two threads each is told once`() throws {
    try files()
    var counts: [String: Int] = [:]
    let command = [Program.actor, "open-much", place.path, "10000"]
    let summary = try stream(command, options: ["--events", "open"]) { line in
      if let name = name(in: line) { counts[name, default: 0] += 1 }
    }
    #expect(counts.count == 200)
    #expect(counts.values.allSatisfy { $0 == 100 }, "\(counts)")
    #expect(summary.contains(" 0 lost "), "\(summary)")
  }

  @Test(arguments: [true, false])
  func `who outruns a slow reader is held up, and loses events only where that is not wanted`(isBraked: Bool) throws {
    try files()
    let command = [Program.actor, "open-much", place.path, "5000"]
    let brake = isBraked ? [] : ["--brake", "0"]
    var (opens, lines) = (0, 0)
    let summary = try stream(command, options: ["--events", "open", "--buffer", "1"] + brake) { line in
      if name(in: line) != nil { opens += 1 }
      lines += 1
      if lines % 128 == 0 { usleep(1000) }
    }
    #expect((opens == 10000) == isBraked)
    #expect(summary.contains(" 0 lost ") == isBraked, "\(summary)")
    #expect(summary.contains(" held up ") == isBraked, "\(summary)")
  }

  @Test func `of five hundred processes by two processes each is told from fork to exit`() throws {
    let names = ["fork", "exec", "exit"].map { ($0, Array("\"evt\":{\"name\":\"\($0)\"".utf8)) }
    var counts: [String: Int] = [:]
    let command = [Program.actor, "exec-much", "250"]
    let summary = try stream(command, options: ["--events", "fork,exec,exit"]) { line in
      for (name, text) in names where line.firstRange(of: text) != nil { counts[name, default: 0] += 1 }
    }
    // The two processes are forks of the command and end; the command execs and ends.
    #expect(counts == ["fork": 502, "exec": 501, "exit": 503])
    #expect(summary.contains(" 0 lost "), "\(summary)")
  }

  @Test func `thousands of processes, paths and variables leave nothing behind`() throws {
    let policy = try place.file(
      "test.policy",
      """
      rules:
        - id: made
          expression: open.file.path =~ "\(place.path)/*" && open.flags & O_CREAT > 0
          every: 1ns
          actions:
            - set: {name: made, field: open.file.path, scope: process}
            - set: {name: all, field: open.file.path, append: true, size: 100}
      """)
    let kinds = ["fork", "open", "unlink", "exit"].map { ($0, Array("\"evt\":{\"name\":\"\($0)\"".utf8)) }
    var counts: [String: Int] = [:]
    let summary = try stream(
      [Program.actor, "fill", place.path, "10000"],
      // One process may not fill the buffer, and a reader without optimization lags far behind this one.
      options: ["--events", "fork,open,unlink,exit", "--policy", policy, "--buffer", "16"]
    ) { line in
      for (kind, text) in kinds where line.firstRange(of: text) != nil { counts[kind, default: 0] += 1 }
    }
    #expect(counts["fork"] == 10_000 && counts["exit"] == 10_001 && counts["unlink"] == 10_000, "\(counts)")
    #expect((10_000...10_020).contains(counts["open", default: 0]), "\(counts)")
    #expect(summary.contains(" 0 lost "), "\(summary)")
    let peak = try #require(
      summary.split(separator: " MiB peak").first?.split(separator: " ").last.flatMap { Double($0) })
    #expect(peak < 150)
  }

  @Test func `what does not fit into the buffer is counted, in the stream and at the end`() throws {
    try files()
    // Martlet sleeps while its smallest buffer is filled many times over.
    let script = "kill -STOP $PPID; \(Program.actor) open-much \(place.path) 10000 > /dev/null; kill -CONT $PPID"
    var told = 0
    var lost = 0
    let options = ["--events", "open", "--buffer", "1"]
    let summary = try stream(["/bin/sh", "-c", script], options: options) { line in
      if name(in: line) != nil {
        told += 1
      } else if line.firstRange(of: Array("\"rule_id\":\"lost_events\"".utf8)) != nil {
        let counts = try JSON(line)["evt"]["variables"]
        lost += ["ring_full", "share_spent"].reduce(0) { $0 + Int(counts["lost.open.\($1)"].integer ?? 0) }
      }
    }
    #expect(told > 0 && lost > 10000)
    // Of the few opens that load programs some may be among the lost.
    #expect((20000...20020).contains(told + lost), "\(told) told, \(lost) lost")
    #expect(summary.contains(" open lost (share_spent)"), "\(summary)")
  }
}
