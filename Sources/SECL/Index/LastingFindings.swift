/// What the lasting fields of events led to, for the next events that have the same: rules, and answers to predicates that
/// ask nothing else.
struct LastingFindings: Sendable {
  private static let places = 256

  /// For each place the number of the values that it is about; 0 for none.
  private var numbers: [UInt64] = []
  private var rules: [[Int32]] = []
  /// For each place and 32 predicates two bits each: whether it was asked, and what the answer was.
  private var answers: [UInt64] = []
  private let words: Int
  private var place = 0
  /// Whether the values at hand have no number: what is found by them is good for one event.
  private var isNameless = true

  init(predicates: Int) { words = (predicates + 31) / 32 }

  /// Goes on to the values with this number, 0 if they have none. False if what they lead to is not known yet.
  mutating func move(to number: UInt64) -> Bool {
    if numbers.isEmpty {
      numbers = Array(repeating: 0, count: Self.places)
      rules = Array(repeating: [], count: Self.places)
      answers = Array(repeating: 0, count: Self.places * words)
    }
    place = Int(truncatingIfNeeded: mixed(number)) & (Self.places - 1)
    isNameless = number == 0
    if !isNameless, numbers[place] == number { return true }
    numbers[place] = number
    rules[place].removeAll(keepingCapacity: true)
    for word in place * words..<(place + 1) * words { answers[word] = 0 }
    return false
  }

  mutating func append(_ rule: Int32) { rules[place].append(rule) }

  func copy(to candidates: inout Candidates) {
    for rule in rules[place] { candidates.insert(Int(rule)) }
  }

  /// The answer of the predicate; nil if it was not asked.
  func answer(of predicate: Int) -> Bool? {
    let bits = answers[place * words + predicate >> 5] >> UInt64(predicate & 31 << 1)
    return bits & 2 == 0 ? nil : bits & 1 != 0
  }

  mutating func remember(_ answer: Bool, of predicate: Int) {
    answers[place * words + predicate >> 5] |= (answer ? 3 : 2) << UInt64(predicate & 31 << 1)
  }
}
