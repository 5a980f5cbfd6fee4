/// What an index needs to think about one event; made once, used for all events of a thread.
public struct Scratch: Sendable {
  /// For each predicate the event that it was last asked about, and the answer in the lowest bit.
  private var answers: [UInt32]
  private var event: UInt32 = 0
  var candidates: Candidates
  /// Rules that the sieve still holds, a bit each.
  var alive: [UInt64]
  var lasting = LastingCandidates()

  init(predicates: Int, rules: Int, sieved: Int) {
    answers = Array(repeating: 0, count: predicates)
    candidates = Candidates(rules: rules)
    alive = Array(repeating: 0, count: sieved)
  }

  /// Forgets the last event.
  mutating func start() {
    event &+= 1
    if event == 1 << 31 {
      event = 1
      for index in answers.indices { answers[index] = 0 }
    }
  }

  /// The answer of the predicate in this event; nil if it was not asked.
  func answer(of predicate: Int) -> Bool? {
    let answer = answers[predicate]
    return answer >> 1 == event ? answer & 1 != 0 : nil
  }

  mutating func remember(_ answer: Bool, of predicate: Int) { answers[predicate] = event << 1 | (answer ? 1 : 0) }
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

/// What was found by the lasting fields of events, for the next events that have the same.
struct LastingCandidates: Sendable {
  private static let places = 1_024

  private var numbers = Array(repeating: UInt64(0), count: places)
  private var rules = Array(repeating: [Int32](), count: places)

  /// The place for the values with this number, other than 0, and whether what was found by them is there. If not, it
  /// is emptied for it.
  mutating func place(for number: UInt64) -> (place: Int, isKnown: Bool) {
    let place = Int(truncatingIfNeeded: mixed(number)) & (Self.places - 1)
    if numbers[place] == number { return (place, true) }
    numbers[place] = number
    rules[place].removeAll(keepingCapacity: true)
    return (place, false)
  }

  mutating func append(_ rule: Int32, at place: Int) { rules[place].append(rule) }

  func copy(from place: Int, to candidates: inout Candidates) {
    for rule in rules[place] { candidates.insert(Int(rule)) }
  }
}
