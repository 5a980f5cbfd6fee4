import Foundation
import Support
import Testing

/// What the kernel leaves out, and what not.
@Suite(.kernel)
struct FilterTests {
  let place: Workplace
  let policy: String

  init() throws {
    place = try Workplace()
    policy = place["test.policy"]
    let rules = [
      ("exact", "open.file.path == \"\(place["watched/secret"])\""),
      ("below", "open.file.path in [~\"\(place["deep"])/**\"] && open.flags & O_CREAT > 0"),
      ("beside", "open.file.path in [~\"**/hooks/*\"] && open.flags & (O_WRONLY|O_RDWR) > 0"),
      ("named", "open.file.name in [ \"token\", \"secret\" ] && open.flags & (O_WRONLY|O_RDWR) == 0"),
      ("executable", "mmap.protection & PROT_EXEC > 0 && mmap.protection & PROT_WRITE > 0"),
      ("mapped", "mmap.protection & PROT_EXEC > 0 && mmap.file.path in [~\"\(place.path)/*\"]"),
      ("opened_up", "chmod.file.destination.rights & S_IWOTH > 0 && chmod.file.path in [~\"\(place["deep"])/**\"]"),
      ("removed", "unlink.file.name == \"secret\" && unlink.retval == 0"),
      ("moved_out", "rename.file.path in [~\"\(place["deep"])/**\"]"),
      ("moved_in", "rename.file.destination.path in [~\"\(place["watched"])/*\"]"),
      ("linked", "link.file.destination.name == \"token\""),
      ("given", "chown.file.destination.uid == 33"),
      ("killed", "signal.type in [ SIGUSR1, SIGUSR2 ]"),
      ("made", "mkdir.file.name == \"hooks\""),
      ("touched", "utimes.file.path in [~\"\(place["deep"])/**\"]"),
    ]
    let text = "rules:\n" + rules.map { "  - id: \($0)\n    every: 1ns\n    expression: '\($1)'\n" }.joined()
    try text.write(toFile: policy, atomically: true, encoding: .utf8)
  }

  /// Much of what rules ask about, and more of what they do not.
  private var script: String {
    """
    cd \(place.path); trap : USR1 USR2
    for i in 1 2 3 4; do
      mkdir -p deep/er/x watched hooks other/hooks
      for f in watched/secret deep/er/secret deep/a deep/er/x/b hooks/pre other/hooks/post other/token plain$i; do
        echo $i > $f; cat $f > /dev/null; chmod 666 $f; chmod 600 $f; touch $f
      done
      cp /lib/*-linux-gnu/libm.so.6 library; LD_PRELOAD=./library /usr/bin/true; ls -l / /etc /usr/lib > /dev/null
      chown 33 deep/a; chown 0 plain$i; rm -f plain0; ln deep/a plain0; rm other/token; ln plain$i other/token
      mv deep/a watched/a; mv plain$i other/plain; mv other/token watched/token; mv deep/er/x/b deep/er/c
      kill -USR1 $$; kill -0 $$; rm -f watched/secret deep/er/secret other/plain; rm -rf hooks other
    done
    """
  }

  /// How often each rule matched on each path.
  private func matches(_ options: [String]) throws -> ([String: Int], ledger: String) {
    let outcome = try Outcome(
      martlet: ["trace", "--format", "json", "--policy", policy, "--only-matches", "--ledger"] + options
        + ["--", "/bin/sh", "-c", script])
    #expect(outcome.status == 0 && outcome.errors.contains(" 0 lost "), "\(outcome.errors)")
    var counts: [String: Int] = [:]
    for event in try outcome.output.events() {
      counts["\(event["agent"]["rule_id"].string ?? "") \(event["file"]["path"].string ?? "")", default: 0] += 1
    }
    return (counts, outcome.errors)
  }

  @Test func `the same rules match with filters and without, and most events are filtered`() throws {
    let filtered = try matches([])
    for name in try FileManager.default.contentsOfDirectory(atPath: place.path) where name != "test.policy" {
      try FileManager.default.removeItem(atPath: place[name])
    }
    let whole = try matches(["--unfiltered"])
    #expect(filtered.0 == whole.0)
    let held = Set(whole.0.keys.compactMap { $0.split(separator: " ").first.map(String.init) })
    #expect(held.isSuperset(of: ["exact", "below", "beside", "named", "mapped", "opened_up", "removed", "moved_out"]))
    #expect(held.isSuperset(of: ["moved_in", "linked", "given", "killed", "made", "touched"]), "\(held)")
    let total = try ["open", "mmap", "chmod", "signal"].map { type in
      let row = try #require(filtered.ledger.split(separator: "\n").first { $0.contains(": \(type) ") })
      let numbers = row.split(separator: " ").compactMap { Int($0) }
      return (seen: numbers[0], early: numbers[2])
    }
    #expect(
      total.reduce(0) { $0 + $1.seen } > 1000 && total.allSatisfy { $0.early * 2 >= $0.seen }, "\(filtered.ledger)")
    #expect(!filtered.ledger.contains("missing") && !whole.ledger.contains("missing"))
  }

  /// The kernel copies short names word by word, and compares the first 59 bytes.
  @Test func `names of every length are told apart`() throws {
    let lengths = Array(1...66) + [254, 255]
    let wanted = lengths.map { String(repeating: "n", count: $0) }
    for (index, name) in wanted.enumerated() {
      try place.directory("\(wanted[index % 40])-")
      for name in [name, String(name.dropLast()) + "o"] { try place.file("\(wanted[index % 40])-/\(name)") }
    }
    try """
    rules:
      - id: named
        every: 1ns
        expression: 'open.file.name in [\(wanted.map { "\"\($0)\"" }.joined(separator: ", "))]'
    """.write(toFile: policy, atomically: true, encoding: .utf8)
    let outcome = try Outcome(
      martlet: ["trace", "--format", "json", "--policy", policy, "--only-matches", "--ledger"]
        + ["--", "/bin/sh", "-c", "for file in \(place.path)/*-/*; do : < $file; done"])
    #expect(outcome.status == 0 && outcome.errors.contains(" 0 lost "), "\(outcome.errors)")
    let found = try outcome.output.events().map { $0["file"]["path"].string ?? "" }
    #expect(found.sorted() == wanted.enumerated().map { place["\(wanted[$0 % 40])-/\($1)"] }.sorted())
    let row = try #require(outcome.errors.split(separator: "\n").first { $0.contains(": open ") })
    let numbers = row.split(separator: " ").compactMap { Int($0) }
    #expect(numbers[2] >= 59, "the others are filtered, but for those that are longer than what is compared: \(row)")
  }

  @Test func `what is shown is not filtered`() throws {
    let trace = try Trace(
      ["open", place["test.policy"], "0", "0"], policy: policy, options: ["--events", "open"])
    #expect(trace.events("open", path: place["test.policy"]).count == 1)
  }
}
