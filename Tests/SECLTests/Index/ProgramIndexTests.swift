import Foundation
import MartletRules
import SECL
import Testing

import struct Support.SeededGenerator

/// The index gives the answers of the plain evaluator.
struct ProgramIndexTests {
  /// Pairs of a rule set and an event, each some eight answers; `MARTLET_INDEX_PAIRS` asks for more.
  private static let pairs = ProcessInfo.processInfo.environment["MARTLET_INDEX_PAIRS"].flatMap(Int.init) ?? 20_000
  private static let eventsASet = 200

  @Test func `for random rules and events the index answers as the plain evaluator does`() throws {
    var scope = Scope(catalogue: Catalogue.shared, variables: RandomRules.variables)
    try scope.define(Macro(id: "NAMES", body: .values(["bash", "sh"])))
    var (asked, held, refused) = (0, 0, 0)
    var events: [String: [RandomEvent]] = [:]
    for seed in 0..<(Self.pairs / Self.eventsASet) {
      var random = SeededGenerator(seed: UInt64(seed))
      if seed % 50 == 0 { events = Self.events(using: &random) }
      let type = RandomRules.eventTypes.randomElement(using: &random) ?? ""
      var (texts, programs): ([String], [Program]) = ([], [])
      for _ in 0..<([1, 1, 2, 4, 8, 30].randomElement(using: &random) ?? 1) {
        let text = RandomRules.rule(about: type, using: &random)
        do throws(CompilationError) {
          programs.append(try scope.compile(rule: text))
          texts.append(text)
        } catch { refused += 1 }
      }
      let index = ProgramIndex(programs)
      var scratch = index.makeScratch()
      for event in events[type, default: []] {
        let start = RandomVariables.start(using: &random)
        event.variables.values = start
        let expected = programs.indices.filter { number in
          let holds = programs[number].holds(in: ReaderContext(event))
          if holds { RandomVariables.change(&event.variables.values, after: number) }
          return holds
        }
        event.variables.values = start
        var found: [Int] = []
        index.ask(event, using: &scratch) { number in
          found.append(number)
          RandomVariables.change(&event.variables.values, after: number)
        }
        if found != expected {
          let differing = Set(found).symmetricDifference(expected).min() ?? 0
          Issue.record("seed \(seed): \(texts[differing])\n\(event)\nindex: \(found)\nplain: \(expected)")
          return
        }
        held += found.count
        asked += programs.count
      }
    }
    // A test of rules that are refused, or never or always hold, would show nothing.
    #expect(refused * 5 < asked / Self.eventsASet)
    #expect(held * 50 > asked && held * 2 < asked)
  }

  @Test func `no number of predicates with variables is too many`() throws {
    let scope = Scope(catalogue: Catalogue.shared, variables: RandomRules.variables)
    let programs = try (0..<300).map { try scope.compile(rule: "open.retval == 0 && ${count} == \($0)") }
    let index = ProgramIndex(programs)
    var scratch = index.makeScratch()
    var random = SeededGenerator(seed: 1)
    let event = RandomEvent(
      using: &random, type: "open", variables: .init(["count": .int(7)]), processOf: nil, fileOf: nil)
    var found: [Int] = []
    index.ask(event, using: &scratch) { found.append($0) }
    #expect(found == programs.indices.filter { programs[$0].holds(in: ReaderContext(event)) })
  }

  /// Events of each type; as in life, many have the process or the file of one not long before.
  private static func events(using random: inout SeededGenerator) -> [String: [RandomEvent]] {
    var events: [String: [RandomEvent]] = [:]
    for type in RandomRules.eventTypes {
      for _ in 0..<eventsASet {
        let recent = events[type, default: []].suffix(5)
        let event = RandomEvent(
          using: &random, type: type, variables: .init([:]), processOf: recent.randomElement(using: &random),
          fileOf: recent.randomElement(using: &random))
        events[type, default: []].append(event)
      }
    }
    return events
  }
}

/// Variables at the start, and what set actions make of them.
private enum RandomVariables {
  static func start(using random: inout SeededGenerator) -> [String: Value] {
    [
      "count": .int(Int64.random(in: 0...3, using: &random)), "process.stage": .string(Array("sh".utf8)),
      "seen": .bool(Bool.random(using: &random)), "names": .strings([Array("bash".utf8), Array("Example.com".utf8)]),
      "process.pids": .ints([1, 2, 3]), "process.pid": .int(1),
      "net": IPNetwork("10.0.0.0/8").map { .ip($0) } ?? .ips([]), "nets": .ips([]),
    ]
  }

  static func change(_ values: inout [String: Value], after number: Int) {
    switch number % 4 {
    case 0: values["count"] = .int(Int64(number))
    case 1: values["process.stage"] = .string(Array("bash".utf8))
    case 2: values["seen"] = .bool(values["seen"] != .bool(true))
    default: values["names"] = .strings([Array("sshd".utf8)])
    }
  }
}
