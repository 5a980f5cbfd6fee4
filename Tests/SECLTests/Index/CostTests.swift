import SECL
import Synchronization
import Testing

/// What the index reads of an event, and how often.
struct CostTests {
  @Test(arguments: [
    ("e.hash == \"x\" && e.number == 1", 1, 1, true), ("e.hash == \"x\" && e.number == 1", 2, 0, false),
    ("e.number == 1 && e.hash == \"x\"", 2, 0, false), ("e.hash == \"y\" || e.number == 1", 1, 0, true),
    ("e.hash == \"y\" || e.number == 1", 2, 1, false),
    ("e.hash == \"x\" && e.number > 0 && (e.hash == \"x\" || e.number == 5)", 1, 1, true),
    ("!(e.hash != \"x\" || e.number != 1)", 2, 0, false),
    ("e.number > 0 || e.hash == \"x\" && e.number == 7", 1, 0, true),
  ])
  func `a costly field is read when nothing else decides, and its tests are made once`(
    rule: String, number: Int64, reads: Int, holds: Bool
  ) throws {
    let index = ProgramIndex(try Array(repeating: SmallCatalogue.scope.compile(rule: rule), count: 5))
    var scratch = index.makeScratch()
    let event = SmallEvent(number: number)
    var found: [Int] = []
    index.ask(event, using: &scratch) { found.append($0) }
    #expect(found == (holds ? [0, 1, 2, 3, 4] : []))
    #expect(event.hashReads.load(ordering: .relaxed) == reads)
  }

  @Test(arguments: ["e.owner", "e.name"])
  func `what is found and answered by fields that come again is not read again`(field: String) throws {
    let index = ProgramIndex([try SmallCatalogue.scope.compile(rule: "\(field) == \"root\" && e.number == 1")])
    var scratch = index.makeScratch()
    let events = [1, 2, 1].map { SmallEvent(number: $0, common: 7) } + [1, 1].map { SmallEvent(number: $0) }
    var found: [Bool] = []
    for event in events {
      found.append(false)
      index.ask(event, using: &scratch) { _ in found[found.count - 1] = true }
    }
    #expect(found == [true, false, true, true, true])
    // Looked up, and then asked as it may hold.
    #expect(events.map { $0.commonReads.load(ordering: .relaxed) } == [2, 0, 0, 2, 2])
  }

  @Test(arguments: [
    ("e.kind == \"other\" && e.word == \"x\"", 0), ("e.kind == \"sort\" && e.word == \"x\"", 1),
    ("e.word == \"x\" && !(e.kind != \"other\")", 0), ("e.word == \"x\" && e.kind != \"sort\"", 0),
    ("(e.kind == \"a\" && e.word == \"x\") || (e.kind == \"b\" && e.word == \"y\")", 0),
    ("(e.kind == \"a\" && e.word == \"x\") || (e.kind == \"sort\" && e.word == \"y\")", 1),
    ("e.kind == \"a\" || e.word == \"x\"", 1), ("e.word =~ \"*y*\" && e.kind == \"other\"", 0),
  ])
  func `words are looked up only if a rule may hold for an event of that kind`(rule: String, reads: Int) throws {
    let index = ProgramIndex([try SmallCatalogue.scope.compile(rule: rule)])
    var scratch = index.makeScratch()
    let events = [SmallEvent(number: 1, common: 7), SmallEvent(number: 2, common: 7), SmallEvent(number: 3)]
    for event in events { index.ask(event, using: &scratch) { _ in Issue.record("it does not hold") } }
    #expect(events.map { $0.wordReads.load(ordering: .relaxed) } == [reads, reads, reads])
    let kindReads = events.map { $0.kindReads.load(ordering: .relaxed) }
    #expect(kindReads[0] > 0 && kindReads[1] == 0 && kindReads[2] == kindReads[0])
  }

  @Test(arguments: [" && e.number > 0 || ", " || !e.flag && "])
  func `a chain of 20,000 tests is an index like any other`(joint: String) throws {
    let rule = Array(repeating: "e.number == 1", count: 20_000).joined(separator: joint)
    let program = try SmallCatalogue.scope.compile(rule: rule)
    let index = ProgramIndex([program])
    var scratch = index.makeScratch()
    for number in Int64(0)...2 {
      let event = SmallEvent(number: number)
      var found = false
      index.ask(event, using: &scratch) { _ in found = true }
      #expect(found == program.holds(in: ReaderContext(event)))
    }
  }
}

/// Seven fields: one of them costs, one lasts, one recurs, one is of the kind.
private struct SmallCatalogue: FieldCatalogue {
  static let scope = Scope(catalogue: SmallCatalogue())
  static let fields = [
    Field(index: 0, name: "e.number", type: .int, eventType: "e"),
    Field(index: 1, name: "e.hash", type: .string, eventType: "e", cost: 100),
    Field(index: 2, name: "e.owner", type: .string, traits: .lasting, eventType: "e"),
    Field(index: 3, name: "e.flag", type: .bool, eventType: "e"),
    Field(index: 4, name: "e.name", type: .string, traits: .recurring, eventType: "e"),
    Field(index: 5, name: "e.kind", type: .string, traits: .kind, eventType: "e"),
    Field(index: 6, name: "e.word", type: .string, eventType: "e"),
  ]

  func field(named name: String) -> Field? { Self.fields.first { $0.name == name } }
  func length(ofIterator name: String) -> Field? { nil }
  var fieldNames: [String] { Self.fields.map(\.name) }
  var textConstants: [String: [[UInt8]]] { [:] }
}

/// An event that counts what is asked of it.
private final class SmallEvent: EventReader {
  let number: Int64
  let kind: UInt64
  let lasting: UInt64
  let recurring: UInt64
  let hashReads = Atomic(0)
  let commonReads = Atomic(0)
  let kindReads = Atomic(0)
  let wordReads = Atomic(0)
  let now: Int64 = 0

  /// - Parameter common: the number of what it has in common with others, all of them.
  init(number: Int64, common: UInt64 = 0) {
    self.number = number
    (kind, lasting, recurring) = (common, common, common)
  }

  func reading(of field: Field) -> Reading {
    switch field.name {
    case "e.number": return .int(number)
    case "e.hash":
      hashReads.add(1, ordering: .relaxed)
      return .text("x")
    case "e.owner", "e.name":
      commonReads.add(1, ordering: .relaxed)
      return .text("root")
    case "e.kind":
      kindReads.add(1, ordering: .relaxed)
      return .text("sort")
    case "e.word":
      wordReads.add(1, ordering: .relaxed)
      return .text("word")
    default: return .none
    }
  }

  func reading(of field: Field, at index: Int) -> Reading? { nil }
  func value(of variable: Variable) -> Value { variable.type.zero }
}
