/// A dictionary of bounded size that drops the entry which was touched longest ago, and can be walked in that order.
struct RecencyMap<Key: Hashable, Value> {
  private struct Slot {
    let key: Key
    /// Nil in a slot that is free.
    var value: Value?
    var older = -1
    var newer = -1
  }

  /// Entries that it holds at most.
  private(set) var capacity: Int
  private var slots: [Slot] = []
  private var places: [Key: Int] = [:]
  private var free: [Int] = []
  private var oldest = -1
  private var newest = -1

  init(capacity: Int) { self.capacity = max(capacity, 1) }

  var count: Int { places.count }
  var isEmpty: Bool { places.isEmpty }
  var keys: [Key] { entries.map(\.key) }

  /// The value under `key`. Reading it does not touch it.
  subscript(key: Key) -> Value? { places[key].flatMap { slots[$0].value } }

  /// The entry that was touched longest ago.
  var first: (key: Key, value: Value)? {
    guard oldest >= 0, let value = slots[oldest].value else { return nil }
    return (slots[oldest].key, value)
  }

  /// All entries, those first that were touched longest ago.
  var entries: [(key: Key, value: Value)] {
    var entries: [(key: Key, value: Value)] = []
    entries.reserveCapacity(count)
    var place = oldest
    while place >= 0, let value = slots[place].value {
      entries.append((slots[place].key, value))
      place = slots[place].newer
    }
    return entries
  }

  /// Puts `value` under `key` and touches it; tells how many entries had to go for it.
  @discardableResult
  mutating func touch(_ key: Key, _ value: Value) -> Int {
    if let place = places[key] {
      unlink(place)
      slots[place].value = value
      link(place)
      return 0
    }
    let dropped = shrink(to: capacity - 1)
    let slot = Slot(key: key, value: value)
    let place: Int
    if let reused = free.popLast() {
      place = reused
      slots[place] = slot
    } else {
      place = slots.count
      slots.append(slot)
    }
    places[key] = place
    link(place)
    return dropped
  }

  /// Changes the value under `key` where it is, and touches it; nil if there is none.
  mutating func update<Result>(_ key: Key, _ change: (inout Value?) -> Result) -> Result? {
    guard let place = places[key] else { return nil }
    unlink(place)
    link(place)
    return change(&slots[place].value)
  }

  mutating func remove(_ key: Key) {
    guard let place = places.removeValue(forKey: key) else { return }
    unlink(place)
    slots[place].value = nil
    free.append(place)
  }

  /// Makes room for no more than `capacity` entries from now on.
  mutating func resize(_ capacity: Int) {
    self.capacity = max(capacity, 1)
    _ = shrink(to: self.capacity)
  }

  private mutating func shrink(to count: Int) -> Int {
    var dropped = 0
    while self.count > count, let first {
      remove(first.key)
      dropped += 1
    }
    return dropped
  }

  private mutating func link(_ place: Int) {
    slots[place].older = newest
    slots[place].newer = -1
    if newest >= 0 { slots[newest].newer = place } else { oldest = place }
    newest = place
  }

  private mutating func unlink(_ place: Int) {
    let (older, newer) = (slots[place].older, slots[place].newer)
    if older >= 0 { slots[older].newer = newer } else { oldest = newer }
    if newer >= 0 { slots[newer].older = older } else { newest = older }
  }
}
