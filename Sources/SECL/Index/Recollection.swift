/// What values that come again and again led to. Events repeat themselves: a process makes many, and of a hundred files
/// that a compiler opens, its neighbour opened ninety.
struct Recollection: Sendable {
  /// Bytes that answers take at most.
  private static let mostRoom = 1 << 19

  /// For each place the number of the values that it is about; 0 for none.
  private var numbers: [UInt64] = []
  /// For each place the rules to which the values lead.
  private var rules: [[Int32]] = []
  /// For each place which predicates were asked, a bit each, and then which of them hold.
  private var answers: [UInt64] = []
  /// Words of either.
  private let words: Int
  private let places: Int
  private var place = 0

  /// Remembers `mostPlaces` values or fewer, and of each the answers of so many predicates.
  init(predicates: Int, mostPlaces: Int) {
    let words = (predicates + 63) / 64
    var places = mostPlaces
    while places > 16, places * words * 16 > Self.mostRoom { places /= 2 }
    (self.words, self.places) = (words, places)
  }

  /// Goes on to the values with this number, 0 if they have none. False if what they lead to is not known yet.
  mutating func move(to number: UInt64) -> Bool {
    if numbers.isEmpty {
      numbers = Array(repeating: 0, count: places)
      rules = Array(repeating: [], count: places)
      answers = Array(repeating: 0, count: places * words * 2)
    }
    // Numbers are given in order: neighbours do not meet.
    place = Int(truncatingIfNeeded: number) & (places - 1)
    // Values without a number are good for one event.
    if number != 0, numbers[place] == number { return true }
    numbers[place] = number
    rules[place].removeAll(keepingCapacity: true)
    for word in place * words * 2..<(place + 1) * words * 2 { answers[word] = 0 }
    return false
  }

  mutating func append(_ rule: Int32) { rules[place].append(rule) }

  func copy(to candidates: inout Candidates) {
    for rule in rules[place] { candidates.insert(Int(rule)) }
  }

  /// The answer of the predicate for these values; nil if it was not asked.
  func answer(of predicate: Int) -> Bool? {
    let (word, bit) = (place * words * 2 + predicate >> 6, UInt64(predicate & 63))
    guard answers[word] >> bit & 1 != 0 else { return nil }
    return answers[word + words] >> bit & 1 != 0
  }

  mutating func remember(_ answer: Bool, of predicate: Int) {
    let (word, bit) = (place * words * 2 + predicate >> 6, UInt64(predicate & 63))
    answers[word] |= 1 << bit
    if answer { answers[word + words] |= 1 << bit }
  }
}
