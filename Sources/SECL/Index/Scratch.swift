/// What an index needs to think about one event; made once, used for all events of a thread.
///
/// What was found out of values that come again is kept, as events repeat themselves: a process makes many, and of a
/// hundred files that a compiler opens, its neighbour opened ninety.
public struct Scratch: Sendable {
  /// Bytes of `words` that either kind of values that come again takes at most.
  private static let mostRoom = 1 << 19
  private static let mostKinds = 512

  /// What is good for as long: places, each for the values of one number.
  private struct Shelf {
    /// Where its places begin in `words`, and the words of each: answers, and behind them rules of the sieve.
    let start: Int
    let answers: Int
    let stride: Int
    /// For each place the number of the values that it is about; 0 for none.
    var numbers: [UInt64]
    /// For each place the rules to which a look-up of the values led.
    var rules: [[Int32]]

    init(start: Int, predicates: Int, sieved: Int, mostPlaces: Int) {
      self.start = start
      answers = (predicates + 63) / 64 * 2
      stride = answers + sieved
      var places = predicates == 0 ? 1 : mostPlaces
      while places > 16, places * stride * 8 > Scratch.mostRoom { places /= 2 }
      numbers = Array(repeating: 0, count: places)
      rules = Array(repeating: [], count: places)
    }
  }

  private var shelves: [Shelf] = []
  /// Of an answer two words: which predicates were asked, a bit each, and which of them hold. Of the sieve a bit for each of
  /// its rules that is left. At the end two that stay 0.
  var words: [UInt64] = []
  /// For each validity the place of this event's values, and where it begins in `words`.
  private var places: InlineArray<5, Int> = [0, 0, 0, 0, 0]
  private var starts: InlineArray<5, Int> = [0, 0, 0, 0, 0]
  /// For each place of a kind the tables of the event's own values that cannot lead to a rule, a bit each.
  private var closed = Array(repeating: UInt64(0), count: mostKinds)
  var candidates: Candidates

  /// Nothing to work in yet.
  public init() { candidates = Candidates(rules: 0) }

  /// - Parameters:
  ///   - predicates: how many there are of each validity.
  ///   - sieved: words with a bit for each rule of the sieve.
  init(predicates: PredicateCounts, rules: Int, sieved: Int) {
    candidates = Candidates(rules: rules)
    var end = 0
    for (validity, mostPlaces) in zip(Validity.kept, [Self.mostKinds, 256, 4_096, 1]) {
      let shelf = Shelf(start: end, predicates: predicates[validity], sieved: sieved, mostPlaces: mostPlaces)
      end += shelf.numbers.count * shelf.stride
      shelves.append(shelf)
    }
    words = Array(repeating: 0, count: end + 2)
    starts[Validity.now.rawValue] = end
  }

  /// Goes on to the values with this number, 0 if they have none. False if nothing is known of them.
  mutating func move(_ validity: Validity, to number: UInt64) -> Bool {
    let shelf = validity.rawValue
    // Numbers are given in order: neighbours do not meet.
    let place = Int(truncatingIfNeeded: number) & (shelves[shelf].numbers.count - 1)
    let start = shelves[shelf].start + place * shelves[shelf].stride
    (places[shelf], starts[shelf]) = (place, start)
    // Values without a number are good for one event.
    if number != 0, shelves[shelf].numbers[place] == number { return true }
    for word in start..<start + shelves[shelf].answers { words[word] = 0 }
    if validity != .event {
      shelves[shelf].numbers[place] = number
      shelves[shelf].rules[place].removeAll(keepingCapacity: true)
    }
    return false
  }

  /// The tables that cannot lead to a rule that holds for the kind of this event, a bit each.
  var closedTables: UInt64 {
    get { closed[places[Validity.kind.rawValue]] }
    set { closed[places[Validity.kind.rawValue]] = newValue }
  }

  // MARK: Answers

  /// The answer at `place`; nil if it is not known. Mutating for speed alone: so nothing is copied.
  mutating func answer(at place: AnswerPlace) -> Bool? {
    let word = starts[place.row] + place.word
    guard words[word] & place.bit != 0 else { return nil }
    return words[word + 1] & place.bit != 0
  }

  mutating func remember(_ answer: Bool, at place: AnswerPlace) {
    guard place.row != Validity.now.rawValue else { return }
    let word = starts[place.row] + place.word
    words[word] |= place.bit
    if answer { words[word + 1] |= place.bit }
  }

  // MARK: Rules

  /// Notes a rule to which the values lead.
  mutating func append(_ rule: Int32, _ validity: Validity) {
    shelves[validity.rawValue].rules[places[validity.rawValue]].append(rule)
  }

  /// Makes candidates of them.
  mutating func takeRules(_ validity: Validity) {
    let shelf = validity.rawValue
    for rule in shelves[shelf].rules[places[shelf]] { candidates.insert(Int(rule)) }
  }

  /// Where in `words` the rules are that the sieve leaves.
  func sieved(_ validity: Validity) -> Int { starts[validity.rawValue] + shelves[validity.rawValue].answers }
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
