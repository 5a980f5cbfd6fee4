/// Many programs about one type of event, asked together: what they have in common is asked once, and only those whose
/// necessary predicates hold are decided. The answers are those of `Program.holds(in:)`.
///
/// Each program has an access, keys of which the event must have one: a text that a field must be, a part that it must
/// begin with, a number. One look-up a field finds the programs of all keys that an event has. Programs without such a
/// key go through a sieve. Those that either finds are decided one by one, in order.
public struct ProgramIndex: Sendable {
  private let decisions: Decisions
  private let starts: [Decisions.Place]
  /// For each program with a register the field that counts its objects.
  private let rounds: [Field?]
  private let tables: [FieldTables]
  /// Those of fields that last.
  private let lastingTables: [FieldTables]
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
    self.tables = tables.filter { !$0.field.traits.contains(.lasting) }
    lastingTables = tables.filter { $0.field.traits.contains(.lasting) }
    self.postings = postings
    self.starts = starts
    self.unkeyed = unkeyed
    self.decisions = decisions
    rounds = programs.map(\.rounds)
    sieve = Sieve(sieved)
  }

  /// What `ask` needs to work in, for this index.
  public func makeScratch() -> Scratch {
    Scratch(predicates: decisions.predicates.count, rules: count, sieved: sieve.words, tables: tables.count)
  }

  /// Calls `matched` with the number of each program that holds, in order. What `matched` changes of the variables is
  /// seen by the programs behind.
  ///
  /// - Parameter scratch: made by this index; no other call may use it meanwhile.
  public func ask(_ reader: some EventReader, using scratch: inout Scratch, matched: (Int) -> Void) {
    scratch.start()
    for (number, table) in tables.enumerated() {
      look(in: table, reader, &scratch.memos[number], &scratch.candidates)
    }
    lookInLasting(reader, &scratch)
    sieve.sift(&scratch) { answer(of: $0, reader, 0, &$1) }
    var hint = 0
    while let number = scratch.candidates.removeFirst(&hint) {
      if holds(number, reader, &scratch) { matched(number) }
    }
  }

  /// Makes candidates of the programs to which a key in the event leads.
  private func look(
    in table: FieldTables, _ reader: some EventReader, _ memo: inout TextMemo, _ candidates: inout Candidates
  ) {
    table.look(in: reader, &memo) { posting in
      for index in posting { candidates.insert(Int(postings[Int(index)])) }
    }
  }

  private func lookInLasting(_ reader: some EventReader, _ scratch: inout Scratch) {
    let isKnown = scratch.lasting.move(to: reader.lasting)
    if !isKnown {
      var memo = TextMemo()
      for table in lastingTables {
        table.look(in: reader, &memo) { posting in
          for index in posting { scratch.lasting.append(postings[Int(index)]) }
        }
      }
    }
    scratch.lasting.copy(to: &scratch.candidates)
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
    if let answer = scratch.answer(of: number) { return answer }
    let predicate = decisions.predicates[number]
    let answer = predicate.holds(reader, round)
    if predicate.isSteady { scratch.remember(answer, of: number) }
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
