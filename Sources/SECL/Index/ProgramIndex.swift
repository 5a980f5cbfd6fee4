/// Many programs about one type of event, asked together: what they have in common is asked once, and only those whose
/// necessary predicates hold are decided. The answers are those of `Program.holds(in:)`.
///
/// Each program has an access, keys of which the event must have one: a text that a field must be, a part that it must
/// begin with, a number. One look-up a field finds the programs of all keys that an event has. Programs without such a
/// key go through a sieve. Those that either finds are decided one by one, in order. What look-ups and sieve made of
/// values that come again is kept. What an event is about, its kind, is thought about first: it mostly rules out what the
/// event's own values would be looked up for.
public final class ProgramIndex: Sendable {
  /// A program, ready to be asked.
  private struct Question {
    let start: Decisions.Place
    let asksVariables: Bool
    let hasRegister: Bool
    /// What is asked when a look-up led here: what is cheap, and whose answers are kept.
    let needs: [Need]
    /// Where to ask whether it may hold for an event of this kind; nil if the kind does not tell.
    let gate: Decisions.Place?
    /// The field that counts the objects of the register.
    let rounds: Field?
  }

  private let decisions: Decisions
  private let questions: [Question]
  /// For each validity the tables of the fields whose values it is about.
  private let tables: [[FieldTables]]
  /// For each table of the event's own values its rules, where the kind may rule out all of them; none where it cannot.
  private let gated: [[Int32]]
  private let postings: [Int32]
  private let sieve: Sieve

  /// The numbers of the programs that no look-up finds: they are thought about at each event, if only briefly.
  public let unkeyed: [Int]

  /// The number of programs.
  public var count: Int { questions.count }

  /// The index of `programs`, which are about one type of event and asked in this order.
  public init(_ programs: [Program]) {
    var decisions = Decisions()
    let finder = AccessFinder(programs.map(\.root))
    var keyed: [TableName: [Key: [Int32]]] = [:]
    var sieved: [(rule: Int32, needs: [Need])] = []
    var unkeyed: [Int] = []
    questions = programs.enumerated().map { number, program in
      let start = decisions.add(program.root)
      let needs = program.root.needs.map { Need(predicate: decisions.number(of: $0.term), isTrue: $0.isTrue) }
      let gate = program.root.gate.map { decisions.add($0) }
      let access = finder.access(to: program.root)
      if access == nil { unkeyed.append(number) }
      if let access, access.chance <= Access.mostLikely {
        for key in Set(access.keys) {
          let isGated = gate != nil && Validity(key.field) == .event
          keyed[TableName(field: key.field, isGated: isGated), default: [:]][key.key, default: []].append(Int32(number))
        }
      } else {
        sieved.append((Int32(number), needs))
      }
      return Question(
        start: start, asksVariables: program.root.asksVariables, hasRegister: program.rounds != nil,
        needs: needs.filter {
          decisions.places[$0.predicate].validity != .event && decisions.predicates[$0.predicate].cost < Sieve.cheap
        },
        gate: gate, rounds: program.rounds)
    }
    var postings: [Int32] = []
    var tables: [[FieldTables]] = Validity.kept.map { _ in [] }
    var gated: [[Int32]] = []
    for (name, keys) in keyed.sorted(by: { $0.key < $1.key }) {
      let posted = keys.map { key, rules in
        postings += rules
        return (key, Int32(postings.count - rules.count)..<Int32(postings.count))
      }
      tables[Validity(name.field).rawValue].append(FieldTables(name.field, posted))
      if Validity(name.field) == .event { gated.append(name.isGated ? Set(keys.values.joined()).sorted() : []) }
    }
    self.tables = tables
    self.gated = gated
    self.postings = postings
    self.unkeyed = unkeyed
    self.decisions = decisions
    sieve = Sieve(sieved) { (decisions.places[$0.predicate].validity, decisions.predicates[$0.predicate].cost) }
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
    consider(.kind, reader, reader.kind, &scratch)
    consider(.lasting, reader, reader.lasting, &scratch)
    consider(.recurring, reader, reader.recurring, &scratch)
    consider(.event, reader, 0, &scratch)
    sieve.release(&scratch)
    var hint = 0
    while let number = scratch.candidates.removeFirst(&hint) {
      let holds = questions[number].asksVariables ? holds(number, scoped, &scratch) : holds(number, reader, &scratch)
      if holds { matched(number) }
    }
  }

  /// The same for a reader that knows the variables.
  public func ask(_ reader: some EventReader, using scratch: inout Scratch, matched: (Int) -> Void) {
    ask(reader, scoped: reader, using: &scratch, matched: matched)
  }

  /// Makes candidates of the programs to which values lead that are good so long, and sifts the others, unless what comes of
  /// it is known for values with that number.
  private func consider(_ validity: Validity, _ reader: some EventReader, _ number: UInt64, _ scratch: inout Scratch) {
    if !scratch.move(validity, to: number) {
      let closed = validity == .event ? scratch.closedTables : 0
      for (place, table) in tables[validity.rawValue].enumerated() where closed >> UInt64(place) & 1 == 0 {
        table.look(in: reader) { found in
          for index in found { add(postings[Int(index)], validity, reader, &scratch) }
        }
      }
      sieve.sift(validity, &scratch) { answer(of: $0, reader, 0, &$1) }
      if validity == .kind { shut(reader, &scratch) }
    }
    if validity != .event { scratch.takeRules(validity) }
  }

  /// Takes out what the kind rules out: rules of the sieve, and tables none of whose rules it leaves.
  private func shut(_ reader: some EventReader, _ scratch: inout Scratch) {
    sieve.keep(.kind, &scratch) { mayHold($0, reader, &$1) }
    var closed: UInt64 = 0
    for (place, rules) in gated.enumerated() where !rules.isEmpty {
      if !rules.contains(where: { mayHold($0, reader, &scratch) }) { closed |= 1 << UInt64(place) }
    }
    scratch.closedTables = closed
  }

  /// Whether a program may hold for an event, as far as its kind tells.
  private func mayHold(_ number: Int32, _ reader: some EventReader, _ scratch: inout Scratch) -> Bool {
    guard let gate = questions[Int(number)].gate else { return true }
    return decisions.reachTruth(from: gate) { answer(of: $0, reader, 0, &scratch) }
  }

  /// Notes that values lead to a program, unless they are also what it cannot do with. Those of one event are not asked
  /// for more: others may have told that it does not hold.
  private func add(_ number: Int32, _ validity: Validity, _ reader: some EventReader, _ scratch: inout Scratch) {
    guard validity != .event else { return scratch.candidates.insert(Int(number)) }
    if validity == .kind, !mayHold(number, reader, &scratch) { return }
    for need in questions[Int(number)].needs where decisions.places[need.predicate].validity == validity {
      if answer(of: need.predicate, reader, 0, &scratch) != need.isTrue { return }
    }
    scratch.append(number, validity)
  }

  private func holds(_ number: Int, _ reader: some EventReader, _ scratch: inout Scratch) -> Bool {
    let start = questions[number].start
    guard questions[number].hasRegister, let rounds = questions[number].rounds else {
      return decisions.reachTruth(from: start) { answer(of: $0, reader, 0, &scratch) }
    }
    let count = min(max(Term.field(rounds).number(reader, 0), 0), Int64(Program.mostRounds))
    for round in 0..<Int(count)
    where decisions.reachTruth(from: start, { answer(of: $0, reader, round, &scratch) }) { return true }
    return false
  }

  private func answer(of number: Int, _ reader: some EventReader, _ round: Int, _ scratch: inout Scratch) -> Bool {
    let place = decisions.places[number]
    if let answer = scratch.answer(at: place) { return answer }
    let answer = decisions.predicates[number].holds(reader, round)
    scratch.remember(answer, at: place)
    return answer
  }
}

/// Rules are in one table if they are found by the same field, and either all of them or none may be ruled out by the kind
/// of an event.
private struct TableName: Hashable, Comparable {
  let field: Field
  let isGated: Bool

  static func < (left: TableName, right: TableName) -> Bool {
    (left.field.index, left.isGated ? 1 : 0) < (right.field.index, right.isGated ? 1 : 0)
  }
}

/// An answer without which a rule cannot hold.
struct Need: Hashable, Sendable {
  let predicate: Int
  let isTrue: Bool
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

  /// What has to be true for the whole to be, made of nothing but what the kind of an event tells; nil if that tells nothing.
  fileprivate var gate: Term? { gate(isTrue: true) }

  private func gate(isTrue: Bool) -> Term? {
    switch self {
    case .constant: return nil
    case .not(let operand): return operand.gate(isTrue: !isTrue)
    case .logic(let operands, let operators):
      // From the end, as the operators nest to the right.
      var (parts, joints): ([Term], [LogicOperator]) = ([], [])
      if let last = operands.last?.gate(isTrue: isTrue) { parts.append(last) }
      for (operand, found) in zip(operands, operators).reversed() {
        let part = operand.gate(isTrue: isTrue)
        let isAnd = (found == .and) == isTrue
        if let part, isAnd || !parts.isEmpty {
          if !parts.isEmpty { joints.append(isAnd ? .and : .or) }
          parts.append(part)
        } else if !isAnd {
          (parts, joints) = ([], [])
        }
      }
      return parts.count > 1 ? .logic(parts.reversed(), joints.reversed()) : parts.first
    default:
      guard fieldCost == 0, Validity(self) == .kind else { return nil }
      return isTrue ? self : .not(self)
    }
  }
}
