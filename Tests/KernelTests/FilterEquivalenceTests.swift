import Foundation
import Glibc
import Support
import Testing

/// Rules find the same whether the kernel filters or not. Two agents watch the same acts with the same rules, one of them
/// without filters.
@Suite(.kernel)
struct FilterEquivalenceTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// What rules and acts are made of: another one with each run, unless `MARTLET_FILTER_SEED` says which.
  private static let seed = environment["MARTLET_FILTER_SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1 << 32)
  /// Sets of rules; `MARTLET_FILTER_ROUNDS` asks for more. For each there are so many acts, twice.
  private static let rounds = environment["MARTLET_FILTER_ROUNDS"].flatMap(Int.init) ?? 4
  private static let acts = 300

  @Test func `whatever is done and asked, rules find with filters what they find without`() throws {
    let scene = try Scene(seed: Self.seed)
    print("seed \(Self.seed)")
    var sets = [scene.rules.set()]
    try scene.write([0: sets[0]])
    let (one, all) = (try scene.agent(), try scene.agent("--set", "filters=false"))
    /// The sets that were asked for all the while that the acts with a tag took.
    var asked: [String: Set<Int>] = [:]
    for round in 0..<Self.rounds {
      try scene.act("still-\(round)", Self.acts)
      asked["still-\(round)"] = [round - 1, round]
      // And while the rules change.
      asked["changing-\(round)"] = [round]
      let acts = try scene.begin("changing-\(round)", Self.acts)
      sets.append(scene.rules.set())
      try scene.write([round: sets[round], round + 1: sets[round + 1]])
      try scene.reload([one, all])
      #expect(try acts.wait() == 0, "\(acts.errors)")
    }
    let (few, many) = (try scene.ledger(of: one), try scene.ledger(of: all))
    #expect(few.lost == 0 && many.lost == 0 && many.filtered == 0)
    #expect(few.filtered * 8 > few.seen, "hardly anything is filtered: \(few)")
    #expect(try one.stop() == 0 && all.stop() == 0)

    let (found, expected) = (try scene.matches(of: one, asked), try scene.matches(of: all, asked))
    #expect(expected.count > Self.acts * Self.rounds / 10 && Set(expected.map(\.rule)).count > sets.count * 2)
    for match in found.symmetricDifference(expected).sorted(by: { $0.what < $1.what }).prefix(10) {
      Issue.record(
        """
        seed \(Self.seed): \(found.contains(match) ? "without" : "with") filters nobody found
        \(match.what)
        that \(match.rule) is about: \(sets[match.set][match.number])
        """)
    }
  }
}

/// One match of a rule, as often as it was found.
private struct Found: Hashable {
  let set: Int
  let number: Int
  let what: String
  let times: Int
  var rule: String { "s\(set)_\(number)" }
}

/// A tree in which the actor is busy, a cgroup that it is in, and the rules about it.
private final class Scene {
  var rules: RandomRules
  private let tree: Workplace
  private let policies: Workplace
  private let cgroup: TestCgroup

  init(seed: UInt64) throws {
    (tree, policies, cgroup) = (try Workplace(), try Workplace(), try TestCgroup())
    rules = RandomRules(seed: seed, root: tree.path)
    try tree.directory("bin")
    for name in ["cat", "sshd", "sh"] { _ = try tree.copy(Program.actor, as: "bin/\(name)") }
  }

  // Names that are no text are there, which Foundation would leave.
  deinit { _ = try? Outcome(of: ["/bin/rm", "-rf", "--", tree.path]) }

  func agent(_ options: String...) throws -> Agent {
    let common = ["policies.watch=false", "reports=false", "file.max_size=1024GiB"].flatMap { ["--set", $0] }
    return try Agent(["--no-own-rules", "--policy", policies.path] + common + options, cgroup: cgroup)
  }

  /// Makes these sets, by their numbers, the policy.
  func write(_ sets: [Int: [String]]) throws {
    let entries = sets.flatMap { set, rules in
      rules.enumerated().map { "  - id: s\(set)_\($0)\n    every: 1ns\n    expression: '\($1)'\n" }
    }
    count = entries.count
    try Data(("rules:\n" + entries.joined()).utf8).write(to: URL(filePath: policies["random.policy"]))
  }

  /// Rules in the policy.
  private var count = 0
  private var loads = 0

  /// Has the agents ask what the policy says by now.
  func reload(_ agents: [Agent]) throws {
    loads += 1
    for agent in agents { kill(agent.program.pid, SIGHUP) }
    for agent in agents {
      try agent.program.says("martlet: asking ", times: loads)
      let last = agent.program.errors.split(separator: "\n").last { $0.contains("martlet: asking ") }
      #expect(last?.contains("asking \(count) rules ") == true, "\(agent.program.errors)")
    }
  }

  func begin(_ tag: String, _ acts: Int) throws -> Program {
    try Program(cgroup.inside([Program.actor, "churn", "\(rules.seed())", "\(acts)", tree.path, tag]))
  }

  func act(_ tag: String, _ acts: Int) throws {
    let program = try begin(tag, acts)
    #expect(try program.wait() == 0, "\(program.errors)")
  }

  /// What an agent has seen of what it was asked about, once nothing is on its way any more. Of context it sees all.
  func ledger(of agent: Agent) throws -> (seen: Int64, filtered: Int64, lost: Int64) {
    var rows: [JSON] = []
    try Program.wait {
      rows = try JSON(agent.told(["status", "--json"]).output.prefix { $0 != 0x0a })["events"].array
      return rows.allSatisfy { $0["missing"].integer == 0 }
    }
    let context: Set = ["fork", "exec", "exit", "setuid", "setgid", "capset", "mount", "umount", "unshare", "session"]
    rows.removeAll { context.contains($0["type"].string ?? "") }
    func sum(_ name: String) -> Int64 { rows.reduce(0) { $0 + ($1[name].integer ?? 0) } }
    return (sum("seen"), sum("filtered_in_kernel"), sum("lost"))
  }

  /// What rules found of acts while they were asked all the time.
  func matches(of agent: Agent, _ asked: [String: Set<Int>]) throws -> Set<Found> {
    var times: [[String]: Int] = [:]
    for event in try agent.events() {
      let rule = event["agent"]["rule_id"].string ?? ""
      guard let set = rule.dropFirst().split(separator: "_").first.flatMap({ Int($0) }),
        let tag = event["process"]["args"].array.last?.string, asked[tag]?.contains(set) == true
      else { continue }
      times[[rule, "\(tag) \(event["process"]["pid"]) \(event.what)"], default: 0] += 1
    }
    return Set(
      times.compactMap { match, times in
        let numbers = match[0].dropFirst().split(separator: "_").compactMap { Int($0) }
        return numbers.count == 2 ? Found(set: numbers[0], number: numbers[1], what: match[1], times: times) : nil
      })
  }
}

extension JSON {
  /// What happened, without the processes that took part, when it was and how a mount is known: each agent reads the clock and
  /// the host's files for itself.
  fileprivate var what: String {
    let parts = [self["signal"]["type"], self["signal"]["pid"], self["ptrace"]["request"]].map(\.description)
    return without([
      "agent", "title", "date", "process", "usr", "container", "dd", "signal", "ptrace", "mount_origin", "mount_source",
    ]).description + parts.joined(separator: " ")
  }

  private func without(_ names: Set<String>) -> JSON {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { !names.contains($0.key) }.mapValues { $0.without(names) })
  }
}
