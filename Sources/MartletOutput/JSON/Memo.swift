/// Results of a pure function that is asked for the same few values again and again.
struct Memo<Key: Hashable, Value> {
  private var known: [Key: Value] = [:]
  private let capacity: Int
  private let compute: (Key) -> Value

  /// Keeps at most `capacity` results; when one more comes, all are forgotten.
  init(capacity: Int, _ compute: @escaping (Key) -> Value) {
    self.capacity = capacity
    self.compute = compute
  }

  subscript(key: Key) -> Value {
    mutating get {
      if let value = known[key] { return value }
      if known.count >= capacity { known.removeAll(keepingCapacity: true) }
      let value = compute(key)
      known[key] = value
      return value
    }
  }
}
