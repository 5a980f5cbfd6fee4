import CAllocations
import Foundation
import MartletRules
import SECL

@main
enum Main {
  static func main() throws {
    let rounds = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 7
    var report = Report()
    try growth(rounds, &report)
    try mix(rounds, &report)
    exit(report.hasMissed ? 1 : 0)
  }

  /// The cost of an event by the number of rules about its type.
  private static func growth(_ rounds: Int, _ report: inout Report) throws {
    var random = Seeded(state: 1)
    let events = GeneratedEvent.build(count: 4_096, only: "open", using: &random)
    let sizes = [10, 100, 1_000, 10_000]
    var sets: [RuleSet] = []
    for size in sizes { sets.append(try RuleSet(count: size, types: ["open"])) }
    let few = Array(events.prefix(64))
    // Every round asks all, so that they share the machine's good and bad moments.
    var (index, plain) = (sizes.map { _ in [Double]() }, sizes.map { _ in [Double]() })
    for _ in 0..<rounds {
      for place in sets.indices {
        index[place].append(sets[place].indexed(events))
        plain[place].append(sets[place].plain(sizes[place] > 100 ? few : Array(events.prefix(1_024))))
      }
    }
    let (costs, plainCosts) = (index.map(median), plain.map(median))
    print("rules      index, ns/event    one by one, ns/event    ratio    matches an event")
    for (place, size) in sizes.enumerated() {
      print(
        "\(size)\t\(Int(costs[place]))\t\(Int(plainCosts[place]))\t\(Int(plainCosts[place] / costs[place]))\t\(sets[place].matches(events))"
      )
    }
    report.goal("cost at 1,000 rules / at 100", costs[2] / costs[1], atMost: 2)
    report.goal("cost at 10,000 rules / at 1,000", costs[3] / costs[2], atMost: 2)
    report.goal("one by one / index at 10 rules", plainCosts[0] / costs[0], atLeast: 1)
    report.goal("one by one / index at 1,000 rules", plainCosts[2] / costs[2], atLeast: 20)
    report.goal("allocations an event when nothing matches", sets[2].allocationsWithoutMatch(events), atMost: 0)
    report.goal("compiling 1,000 rules, ms", median(try (0..<3).map { _ in try compileTime() }), atMost: 500)
  }

  /// Events of several types against a rule set of a usual size.
  private static func mix(_ rounds: Int, _ report: inout Report) throws {
    var random = Seeded(state: 2)
    let events = GeneratedEvent.build(count: 4_096, using: &random)
    let set = try RuleSet(count: 300, types: ["open", "exec"])
    let strangers = events.map { event in
      let stranger = event.copy()
      (stranger.lasting, stranger.recurring) = (0, 0)
      return stranger
    }
    let costs = (0..<rounds).map { _ in (set.indexed(events), set.indexed(strangers)) }
    report.goal("events a second on one core, 300 rules", 1e9 / median(costs.map(\.0)), atLeast: 1_000_000)
    print("the same if no event tells what it has in common with others: \(Int(1e9 / median(costs.map(\.1))))")
  }

  private static func compileTime() throws -> Double {
    let start = processorTime()
    _ = try RuleSet(count: 1_000, types: ["open"])
    return Double(processorTime() - start) / 1e6
  }
}

/// Rules, as an index and one by one.
final class RuleSet {
  /// Those about one type of event.
  private final class Part {
    let programs: [Program]
    let index: ProgramIndex
    var scratch: Scratch

    init(_ programs: [Program]) {
      self.programs = programs
      index = ProgramIndex(programs)
      scratch = index.makeScratch()
    }
  }

  private var parts: [String: Part] = [:]

  init(count: Int, types: [String]) throws {
    let scope = Scope(catalogue: Catalogue.shared)
    for (number, type) in types.enumerated() {
      var random = Seeded(state: UInt64(number) + 10)
      let rules = GeneratedRules.rules(count: count / types.count, about: type, using: &random)
      parts[type] = Part(try rules.map { try scope.compile(rule: $0) })
    }
  }

  /// Nanoseconds an event.
  func indexed(_ events: [GeneratedEvent]) -> Double {
    let start = processorTime()
    for event in events {
      guard let part = parts[event.type] else { continue }
      part.index.ask(event, using: &part.scratch) { _ in }
    }
    return Double(processorTime() - start) / Double(events.count)
  }

  /// Nanoseconds an event.
  func plain(_ events: [GeneratedEvent]) -> Double {
    let start = processorTime()
    var held = 0
    for event in events {
      let context = ReaderContext(event)
      for program in parts[event.type]?.programs ?? [] where program.holds(in: context) { held += 1 }
    }
    let time = processorTime() - start
    precondition(held >= 0)
    return Double(time) / Double(events.count)
  }

  /// Matches an event.
  func matches(_ events: [GeneratedEvent]) -> Double {
    var count = 0
    for event in events {
      guard let part = parts[event.type] else { continue }
      part.index.ask(event, using: &part.scratch) { _ in count += 1 }
    }
    return Double(count) / Double(events.count)
  }

  /// Heap blocks an event, of the events that no rule matches.
  func allocationsWithoutMatch(_ events: [GeneratedEvent]) -> Double {
    let unmatched = events.filter { matches([$0]) == 0 }
    precondition(!unmatched.isEmpty)
    _ = indexed(unmatched)
    let before = allocations()
    _ = indexed(unmatched)
    return Double(allocations() - before) / Double(unmatched.count)
  }
}

/// Figures beside their goals.
struct Report {
  private(set) var hasMissed = false

  mutating func goal(_ name: String, _ value: Double, atMost limit: Double) { add(name, value, limit, value <= limit) }
  mutating func goal(_ name: String, _ value: Double, atLeast limit: Double) { add(name, value, limit, value >= limit) }

  private mutating func add(_ name: String, _ value: Double, _ limit: Double, _ isMet: Bool) {
    print("\(name): \((value * 100).rounded() / 100), goal \(limit) \(isMet ? "met" : "missed")")
    if !isMet { hasMissed = true }
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Nanoseconds that this program has kept a processor busy, which other programs do not lengthen.
func processorTime() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
