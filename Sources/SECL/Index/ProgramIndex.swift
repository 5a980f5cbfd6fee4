/// Many programs about one type of event, asked together: what they have in common is asked once, and only those whose
/// necessary predicates hold are decided. The answers are those of `Program.holds(in:)`.
///
/// Each program has an access, keys of which the event must have one: a text that a field must be, a part that it must
/// begin with, a number. One look-up a field finds the programs of all keys that an event has. Programs without such a
/// key go through a sieve. Those that either finds are decided one by one, in order.
public final class ProgramIndex: Sendable {
  private let decisions: Decisions
  private let starts: [Decisions.Place]
  /// For each program with a register the field that counts its objects.
  private let rounds: [Field?]
  private let asksVariables: [Bool]
  private let tables: [FieldTables]
  /// Those of fields that last, and that recur.
  private let lastingTables: [FieldTables]
  private let recurringTables: [FieldTables]
  private let postings: [Int32]
  private let sieve: Sieve

  /// The numbers of the programs that no look-up finds: they are thought about at each event, if only briefly.
  public let unkeyed: [Int]

  /// The number of programs.
  public var count: Int { starts.count }

  /// The index of `programs`, which are about one type of event and asked in this order.
  public init(_ programs: [Program]) {
    var decisions = Decisions()
    let finder = AccessFinder(programs.map(\.root))
    var rulesByKey: [Field: [Key: [Int32]]] = [:]
    var sieved: [(rule: Int32, needs: [(predicate: Int, needed: Bool)])] = []
    var starts: [Decisions.Place] = []
    var unkeyed: [Int] = []
    for (number, program) in programs.enumerated() {
      starts.append(decisions.add(program.root))
      let access = finder.access(to: program.root)
      if access == nil { unkeyed.append(number) }
      if let access, access.chance <= Access.mostLikely {
        for key in Set(access.keys) { rulesByKey[key.field, default: [:]][key.key, default: []].append(Int32(number)) }
      } else {
        sieved.append((Int32(number), program.root.needs.map { (decisions.number(of: $0.term), $0.isTrue) }))
      }
    }
    var postings: [Int32] = []
    let tables = rulesByKey.sorted { $0.key.index < $1.key.index }.map { field, keys in
      FieldTables(
        field,
        keys.map { key, rules in
          postings += rules
          return (key, Int32(postings.count - rules.count)..<Int32(postings.count))
        })
    }
    self.tables = tables.filter { $0.field.traits.isDisjoint(with: [.lasting, .recurring]) }
    lastingTables = tables.filter { $0.field.traits.contains(.lasting) }
    recurringTables = tables.filter { $0.field.traits.contains(.recurring) }
    self.postings = postings
    self.starts = starts
    self.unkeyed = unkeyed
    self.decisions = decisions
    rounds = programs.map(\.rounds)
    asksVariables = programs.map(\.root.asksVariables)
    sieve = Sieve(sieved)
  }

  /// What `ask` needs to work in, for this index.
  public func makeScratch() -> Scratch {
    Scratch(predicates: decisions.counts, rules: count, sieved: sieve.words)
  }

  /// Calls `matched` with the number of each program that holds, in order. What `matched` changes of the variables is
  /// seen by the programs behind.
  ///
  /// - Parameters:
  ///   - scoped: reads the same event and is asked for programs with variables.
  ///   - scratch: made by this index; no other call may use it meanwhile.
  public func ask(
    _ reader: some EventReader, scoped: some EventReader, using scratch: inout Scratch, matched: (Int) -> Void
  ) {
    scratch.start()
    for table in tables {
      table.look(in: reader) { for index in $0 { scratch.candidates.insert(Int(postings[Int(index)])) } }
    }
    look(in: lastingTables, reader, reader.lasting, &scratch.lasting, &scratch.candidates)
    look(in: recurringTables, reader, reader.recurring, &scratch.recurring, &scratch.candidates)
    sieve.sift(&scratch) { answer(of: $0, reader, 0, &$1) }
    var hint = 0
    while let number = scratch.candidates.removeFirst(&hint) {
      let holds = asksVariables[number] ? holds(number, scoped, &scratch) : holds(number, reader, &scratch)
      if holds { matched(number) }
    }
  }

  /// The same for a reader that knows the variables.
  public func ask(_ reader: some EventReader, using scratch: inout Scratch, matched: (Int) -> Void) {
    ask(reader, scoped: reader, using: &scratch, matched: matched)
  }

  /// Makes candidates of the programs to which the values with that number lead.
  private func look(
    in tables: [FieldTables], _ reader: some EventReader, _ number: UInt64, _ known: inout Recollection,
    _ candidates: inout Candidates
  ) {
    if !known.move(to: number) {
      for table in tables { table.look(in: reader) { for index in $0 { known.append(postings[Int(index)]) } } }
    }
    known.copy(to: &candidates)
  }

  private func holds(_ number: Int, _ reader: some EventReader, _ scratch: inout Scratch) -> Bool {
    guard let rounds = rounds[number] else {
      return decisions.reachTruth(from: starts[number]) { answer(of: $0, reader, 0, &scratch) }
    }
    let count = min(max(Term.field(rounds).number(reader, 0), 0), Int64(Program.mostRounds))
    for round in 0..<Int(count)
    where decisions.reachTruth(from: starts[number], { answer(of: $0, reader, round, &scratch) }) { return true }
    return false
  }

  private func answer(of number: Int, _ reader: some EventReader, _ round: Int, _ scratch: inout Scratch) -> Bool {
    let predicate = decisions.predicates[number]
    if let answer = scratch.answer(of: predicate) { return answer }
    let answer = predicate.holds(reader, round)
    scratch.remember(answer, of: predicate)
    return answer
  }
}

extension Term {
  /// Predicates that have to be true, or false, for the whole to be true, as far as they can be asked beforehand.
  fileprivate var needs: [(term: Term, isTrue: Bool)] {
    var needs: [(term: Term, isTrue: Bool)] = []
    collect(true, &needs)
    return needs
  }

  private func collect(_ isTrue: Bool, _ needs: inout [(term: Term, isTrue: Bool)]) {
    switch self {
    case .constant: break
    case .not(let operand): operand.collect(!isTrue, &needs)
    case .logic(let operands, let operators):
      let and: LogicOperator = isTrue ? .and : .or
      let end = operators.firstIndex { $0 != and } ?? operands.count
      for operand in operands[..<end] { operand.collect(isTrue, &needs) }
    default: if !asksVariables, !asksRegister, fieldCost == 0 { needs.append((self, isTrue)) }
    }
  }
}
