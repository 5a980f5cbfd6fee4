/// Rules as one flat list of decisions: ask a predicate, go on at one place or another. Nothing loops, as each decision
/// goes on only at those that were made before it.
struct Decisions: Sendable {
  /// Where a decision goes on: at the one of this number, or at an end.
  typealias Place = Int32
  static let holds: Place = -1
  static let fails: Place = -2

  private struct Decision {
    let predicate: Int32
    let whenTrue: Place
    let whenFalse: Place
  }

  private(set) var predicates: [Predicate] = []
  /// For each predicate where its answer is kept.
  private(set) var places: [AnswerPlace] = []
  private(set) var counts = PredicateCounts()
  private var numbers: [Term: Int32] = [:]
  private var decisions: [Decision] = []

  /// Walks from `start` to an end; `isTrue` answers for a predicate.
  func reachTruth(from start: Place, _ isTrue: (Int) -> Bool) -> Bool {
    var place = start
    while place >= 0 {
      let decision = decisions[Int(place)]
      place = isTrue(Int(decision.predicate)) ? decision.whenTrue : decision.whenFalse
    }
    return place == Self.holds
  }

  // MARK: Making

  /// The number of the predicate that `term` is.
  mutating func number(of term: Term) -> Int {
    if let number = numbers[term] { return Int(number) }
    numbers[term] = Int32(predicates.count)
    predicates.append(.of(term))
    places.append(counts.add(Validity(term)))
    return predicates.count - 1
  }

  /// Adds the decisions that `term` takes, from which it goes on at one of the two places.
  ///
  /// - Returns: where to start.
  mutating func add(_ term: Term, whenTrue: Place = holds, whenFalse: Place = fails) -> Place {
    switch term {
    case .constant(let value): return value.truth ? whenTrue : whenFalse
    case .not(let operand): return add(operand, whenTrue: whenFalse, whenFalse: whenTrue)
    case .logic(let operands, let operators): return add(operands, operators, whenTrue, whenFalse)
    default:
      if whenTrue == whenFalse { return whenTrue }
      decisions.append(Decision(predicate: Int32(number(of: term)), whenTrue: whenTrue, whenFalse: whenFalse))
      return Place(decisions.count - 1)
    }
  }

  /// Adds a chain. It may be as long as a rule can be, and its operators nest to the right, so that it is taken run by
  /// run: operands before one and the same operator, and what follows as one more operand. In a run the cheap come first.
  private mutating func add(
    _ operands: [Term], _ operators: [LogicOperator], _ whenTrue: Place, _ whenFalse: Place
  ) -> Place {
    struct Waiting {
      let operands: [Term]
      let found: LogicOperator
      let whenTrue: Place
      let whenFalse: Place
    }
    let costs = operands.map(\.decisionCost)
    // What each operand and all that follow it cost at least: reading starts with the cheapest.
    var costsFrom = costs
    for index in operators.indices.reversed() { costsFrom[index] = min(costs[index], costsFrom[index + 1]) }

    var waiting: [Waiting] = []
    var (start, whenTrue, whenFalse) = (0, whenTrue, whenFalse)
    while start < operators.count {
      let found = operators[start]
      let end = operators[start...].firstIndex { $0 != found } ?? operators.count
      let order = (start...end).sorted {
        let (left, right) = ($0 == end ? costsFrom[end] : costs[$0], $1 == end ? costsFrom[end] : costs[$1])
        return left == right ? $0 < $1 : left < right
      }
      let place = order.firstIndex(of: end) ?? 0
      waiting.append(
        Waiting(operands: order[..<place].map { operands[$0] }, found: found, whenTrue: whenTrue, whenFalse: whenFalse))
      for index in order[(place + 1)...].reversed() {
        if found == .and {
          whenTrue = add(operands[index], whenTrue: whenTrue, whenFalse: whenFalse)
        } else {
          whenFalse = add(operands[index], whenTrue: whenTrue, whenFalse: whenFalse)
        }
      }
      start = end
    }
    guard let last = operands.last else { return whenFalse }
    var place = add(last, whenTrue: whenTrue, whenFalse: whenFalse)
    for run in waiting.reversed() {
      for operand in run.operands.reversed() {
        place =
          run.found == .and
          ? add(operand, whenTrue: place, whenFalse: run.whenFalse)
          : add(operand, whenTrue: run.whenTrue, whenFalse: place)
      }
    }
    return place
  }
}

extension Term {
  /// What asking it costs, about, in nanoseconds.
  var decisionCost: Int { min(askingCost + fieldCost * 1_000, 1 << 30) }
}
