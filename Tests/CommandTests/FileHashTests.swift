import Foundation
import Support
import Testing

/// Files of live events, hashed because a rule or an action wants it, and their packages.
@Suite(.kernel)
struct FileHashTests {
  private let place: Workplace
  private let policy: String

  init() throws {
    place = try Workplace()
    policy = place["test.policy"]
  }

  private func write(_ rules: String) throws {
    try ("version: 1.0.0\nrules:\n" + rules).write(toFile: policy, atomically: true, encoding: .utf8)
  }

  /// What a rule with a hash action on files called `name` shows of the last open of one.
  private func hashOnOpen(_ name: String, of command: String, _ options: String = "") throws -> JSON {
    try write(
      """
        - id: opened
          expression: open.file.name == "\(name)"
          actions: [{hash: {field: open.file\(options)}}]
      """)
    let trace = try Trace(program: ["/bin/sh", "-c", command], policy: policy, options: ["--only-matches"])
    return try #require(trace.events("open").last)
  }

  /// The digests that coreutils has for a file, in our order.
  private func digests(_ path: String) throws -> [String] {
    try ["sha1", "sha256", "md5"].map { algorithm in
      let outcome = try Outcome(of: ["/usr/bin/\(algorithm)sum", path])
      return "\(algorithm):\(outcome.text.prefix { $0 != " " })"
    }
  }

  private func list(_ value: JSON, _ count: Int) -> [String] { (0..<count).compactMap { value[$0].string } }

  @Test func `a rule knows an executable by its digest, whatever it is called`() throws {
    let program = try place.copy("/bin/true", as: "innocent")
    let digests = try digests("/bin/true")
    try write(
      """
        - id: known
          expression: exec.file.hashes == "\(digests[1])"
        - id: other
          expression: exec.file.hashes == "sha256:\(String(repeating: "0", count: 64))" && exec.file.name == "innocent"
      """)
    let trace = try Trace(program: [program], policy: policy)
    let event = try trace.only("exec")
    #expect(event["agent"]["rule_id"].string == "known")
    for file in [event["file"], event["process"]["executable"]] {
      #expect(file["hash_state"].string == "Done")
      #expect(list(file["hashes"], 4) == digests)
    }
    // A rule only reads: nothing was done on its behalf.
    #expect(event["agent"]["rule_actions"].isAbsent)
    #expect(try trace.only("exit")["file"]["hash_state"].string == "NoHash")
  }

  @Test func `a hash action fills the event and is reported`() throws {
    let path = try place.file("data", "abc")
    let event = try hashOnOpen("data", of: "cat \(path)")
    #expect(event["file"]["hash_state"].string == "Done")
    #expect(list(event["file"]["hashes"], 4) == (try digests(path)))
    let action = event["agent"]["rule_actions"][0]
    #expect(action["type"].string == "hash" && action["path"].string == path)
    #expect(action["state"].string == "Done" && action["trigger"].string == "event")
  }

  @Test func `a file that is too large, empty or no file is told to be so`() throws {
    let large = try place.file("large", String(repeating: "x", count: 2000))
    #expect(
      try hashOnOpen("large", of: "cat \(large)", ", max_file_size: 1999")["file"]["hash_state"].string == "FileTooBig")
    #expect(try hashOnOpen("large", of: "cat \(large)", ", max_file_size: 2000")["file"]["hash_state"].string == "Done")
    let huge = place["huge"]
    let event = try hashOnOpen("huge", of: "truncate -s 10485761 \(huge); cat \(huge)")
    #expect(event["file"]["hash_state"].string == "FileTooBig")
    let empty = try place.file("empty")
    #expect(try hashOnOpen("empty", of: "cat \(empty)")["file"]["hash_state"].string == "FileEmpty")
    #expect(try hashOnOpen("null", of: "exec cat /dev/null")["file"]["hash_state"].string == "FileOpenError")
  }

  @Test func `a file that was deleted before is not found`() throws {
    let path = try place.file("gone", "abc")
    let event = try hashOnOpen("gone", of: "exec 3<\(path); rm \(path); cat /proc/self/fd/3")
    #expect(event["file"]["hash_state"].string == "FileNotFound")
    #expect(event["agent"]["rule_actions"][0]["state"].string == "FileNotFound")
  }

  @Test(arguments: [
    ("appended to", "echo more >> $0"),
    ("changed and dated back", "touch -r $0 $0.time; echo abd > $0; touch -r $0.time $0"),
    ("replaced by its like", "cp -p $0 $0.new; mv $0.new $0"),
  ])
  func `a file that was changed before it could be hashed is not taken for the one of the event`(
    what: String, change: String
  ) throws {
    let path = try place.file("file", "abc\n")
    // The agent sleeps from the event until after the change.
    let script = "kill -STOP $PPID; cat $0 >/dev/null; sleep 0.05; \(change); kill -CONT $PPID"
    try write(
      """
        - id: opened
          expression: open.file.path == "\(path)" && open.flags & O_ACCMODE == O_RDONLY && process.file.name == "cat"
          actions: [{hash: {}}]
      """)
    let trace = try Trace(program: ["/bin/sh", "-c", script, path], policy: policy, options: ["--only-matches"])
    let event = try trace.only("open")
    #expect(event["file"]["hash_state"].string == "FileNotFound")
    #expect(event["file"]["hashes"].isAbsent)
    #expect(event["agent"]["rule_actions"][0]["state"].string == "FileNotFound")
  }

  @Test func `what is hashed while it is being written is never a mixture`() throws {
    let path = try place.file("file", String(repeating: "a", count: 4 << 20))
    let contents = try ["a", "b"].map { letter in
      try digests(place.file(letter, String(repeating: letter, count: 4 << 20)))
    }
    try write(
      """
        - id: opened
          expression: open.file.path == "\(path)" && open.flags & O_ACCMODE == O_RDONLY
          every: 1ns
          actions: [{hash: {}}]
      """)
    // One writes the file anew all the time, in place, and another one opens it.
    let script = """
      (for n in 1 2 3 4 5 6 7 8 9 10; do
        dd if=$1 of=$0 bs=64k conv=notrunc; dd if=$2 of=$0 bs=64k conv=notrunc
      done) 2>/dev/null &
      for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do : < $0; sleep 0.02; done; wait
      """
    let command = ["/bin/sh", "-c", script, path, place["b"], place["a"]]
    let trace = try Trace(program: command, policy: policy, options: ["--only-matches"])
    #expect(trace.events("open").count == 20)
    for event in trace.events("open") {
      let hashes = list(event["file"]["hashes"], 4)
      switch event["file"]["hash_state"].string {
      case "Done": #expect(contents.contains(hashes))
      case let state: #expect(hashes.isEmpty && ["FileNotFound", "HashFailed", "HashWasRateLimited"].contains(state))
      }
    }
  }

  @Test func `what an event is not configured for is told`() throws {
    try write(
      """
        - id: left
          expression: chdir.file.path == "/tmp"
          actions: [{hash: {field: process.file}}]
      """)
    let trace = try Trace(["chdir", "/tmp"], policy: policy)
    let event = try #require(trace.events("chdir").first { $0["agent"]["rule_id"].string == "left" })
    #expect(event["process"]["executable"]["hash_state"].string == "EventTypeNotConfigured")
  }

  @Test func `a program that lives in memory is not hashed, and no action is reported`() throws {
    try write(
      """
        - id: ran
          expression: exec.file.name =~ "memfd:*"
          actions: [{hash: {}}]
      """)
    let trace = try Trace(["exec-memory", "payload", "/bin/true"], policy: policy)
    let event = try #require(trace.events("exec").first { $0["agent"]["rule_id"].string == "ran" })
    #expect(event["file"]["name"].string == "memfd:payload")
    #expect(event["file"]["hash_state"].string == "NoHash")
    #expect(event["agent"]["rule_actions"].isAbsent)
  }

  @Test func `a rule knows the package of a program`() throws {
    let version = try Outcome(of: ["/usr/bin/dpkg-query", "-W", "-f", "${Version}", "coreutils"]).text
    try write(
      """
        - id: packaged
          every: 1ns
          expression: exec.file.package.name == "coreutils" && exec.file.package.version == "\(version)"
        - id: foreign
          every: 1ns
          expression: exec.file.package.name == ""
      """)
    // The databases are read when the first program is asked about, and while they are, nothing has a package.
    let stranger = try place.copy("/bin/true", as: "true")
    let events = place["events"]
    let script = "until grep -q '\"rule_id\":\"packaged\"' \(events); do sleep 0.1; done; \(stranger)"
    let trace = try Trace(
      program: ["/bin/sh", "-c", script], policy: policy, options: ["--only-matches"], events: events)
    let packaged = try #require(trace.events("exec").first { $0["agent"]["rule_id"].string == "packaged" })
    #expect(packaged["file"]["package_name"].string == "coreutils")
    #expect(packaged["file"]["package_version"].string == version)
    let foreign = try trace.only("exec", path: stranger)
    #expect(foreign["agent"]["rule_id"].string == "foreign")
    #expect(foreign["file"]["package_name"].isAbsent)
  }

  @Test func `a replay with the same rules is the live session, and with other rules goes without`() throws {
    try write(
      """
        - id: executed
          expression: exec.file.hashes != "sha1:0" && exec.file.package.name != "nothing"
          actions: [{hash: {field: process.file}}]
        - id: opened
          expression: open.file.name in ["passwd", "group", "nowhere"]
          actions: [{hash: {}}]
      """)
    let recording = place["recording"]
    let command = ["/bin/sh", "-c", "cat /etc/passwd /etc/group /nowhere; cat /etc/passwd"]
    let live = try Outcome(of: [Program.products + "trace-and-record", "--policy", policy, recording] + command)
    let text = live.output.split(separator: 0x0a).filter { $0.starts(with: Array(#"{"agent""#.utf8)) }
    let same = try Outcome(martlet: ["replay", "--policy", policy, "--format", "json", recording])
    #expect(same.status == 0 && same.errors.isEmpty, "\(same.errors)")
    #expect(same.output.split(separator: 0x0a).elementsEqual(text))
    #expect(String(decoding: same.output, as: UTF8.self).contains(#""hash_state":"Done""#))

    let none = try Outcome(martlet: ["replay", "--no-policy", "--format", "json", recording])
    #expect(none.status == 0 && none.errors.isEmpty, "\(none.errors)")
    #expect(none.output.split(separator: 0x0a).count == text.count)
    try write(
      """
        - id: other
          expression: open.file.package.name == "" && open.file.path != "" || open.file.hashes == "sha1:0"
          actions: [{hash: {field: process.file, max_file_size: 5}}]
      """)
    let other = try Outcome(martlet: ["replay", "--policy", policy, "--format", "json", recording])
    #expect(other.status == 0 && other.errors.isEmpty, "\(other.errors)")
    #expect(other.output.split(separator: 0x0a).count == text.count)
  }
}
