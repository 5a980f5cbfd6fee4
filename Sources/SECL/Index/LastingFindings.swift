/// What was found by the lasting fields of events, for the next events that have the same.
struct LastingFindings: Sendable {
  private static let places = 256

  /// For each place the number of the values that it is about; 0 for none.
  private var numbers: [UInt64] = []
  private var rules: [[Int32]] = []
  private var place = 0

  /// Goes on to the values with this number, 0 if they have none. False if what they lead to is not known yet.
  mutating func move(to number: UInt64) -> Bool {
    if numbers.isEmpty {
      numbers = Array(repeating: 0, count: Self.places)
      rules = Array(repeating: [], count: Self.places)
    }
    place = Int(truncatingIfNeeded: mixed(number)) & (Self.places - 1)
    // Values without a number are good for one event.
    if number != 0, numbers[place] == number { return true }
    numbers[place] = number
    rules[place].removeAll(keepingCapacity: true)
    return false
  }

  mutating func append(_ rule: Int32) { rules[place].append(rule) }

  func copy(to candidates: inout Candidates) {
    for rule in rules[place] { candidates.insert(Int(rule)) }
  }
}
