/// What an index needs to think about one event; made once, used for all events of a thread.
public struct Scratch: Sendable {
  /// For each predicate that is good for an event the one that it was last asked about, and the answer in the lowest bit.
  private var answers: [UInt32]
  private var event: UInt32 = 0
  var candidates: Candidates
  /// Rules that the sieve still holds, a bit each.
  var alive: [UInt64]
  var lasting: Recollection
  var recurring: Recollection

  /// Nothing to work in yet.
  public init() { self.init(predicates: PredicateCounts(), rules: 0, sieved: 0) }

  init(predicates: PredicateCounts, rules: Int, sieved: Int) {
    answers = Array(repeating: 0, count: predicates.event)
    candidates = Candidates(rules: rules)
    alive = Array(repeating: 0, count: sieved)
    lasting = Recollection(predicates: predicates.lasting, mostPlaces: 64)
    recurring = Recollection(predicates: predicates.recurring, mostPlaces: 2_048)
  }

  /// Forgets the last event.
  mutating func start() {
    event &+= 1
    if event == 1 << 31 {
      event = 1
      for index in answers.indices { answers[index] = 0 }
    }
  }

  /// The answer of the predicate in this event; nil if it is not known. Mutating for speed alone: so nothing is copied.
  mutating func answer(of predicate: Predicate) -> Bool? {
    switch predicate.validity {
    case .now: return nil
    case .event:
      let answer = answers[predicate.number]
      return answer >> 1 == event ? answer & 1 != 0 : nil
    case .lasting: return lasting.answer(of: predicate.number)
    case .recurring: return recurring.answer(of: predicate.number)
    }
  }

  mutating func remember(_ answer: Bool, of predicate: Predicate) {
    switch predicate.validity {
    case .now: break
    case .event: answers[predicate.number] = event << 1 | (answer ? 1 : 0)
    case .lasting: lasting.remember(answer, of: predicate.number)
    case .recurring: recurring.remember(answer, of: predicate.number)
    }
  }
}

/// A set of rules, which gives them back in their order.
struct Candidates: Sendable {
  private var rules: [UInt64]
  /// A bit for each word of `rules` that is not 0.
  private var words: [UInt64]

  init(rules count: Int) {
    rules = Array(repeating: 0, count: (count + 63) / 64)
    words = Array(repeating: 0, count: (rules.count + 63) / 64)
  }

  mutating func insert(_ rule: Int) {
    let word = rule >> 6
    rules[word] |= 1 << UInt64(rule & 63)
    words[word >> 6] |= 1 << UInt64(word & 63)
  }

  /// Takes out the first rule; nil if there is none.
  ///
  /// - Parameter hint: where to look first; ends where it was found.
  mutating func removeFirst(_ hint: inout Int) -> Int? {
    while hint < words.count {
      guard words[hint] != 0 else {
        hint += 1
        continue
      }
      let word = hint << 6 | words[hint].trailingZeroBitCount
      let bit = rules[word].trailingZeroBitCount
      rules[word] &= rules[word] &- 1
      if rules[word] == 0 { words[hint] &= words[hint] &- 1 }
      return word << 6 | bit
    }
    return nil
  }
}
