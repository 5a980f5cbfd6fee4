/// Texts by what they begin with, or end with: one walk along a text finds all that do.
struct Trie: Sendable {
  private static let none = UInt32.max

  /// The children of the root, by their byte.
  private var first = Array(repeating: Trie.none, count: 256)
  private let steps: NumberTable
  /// For each node the entry that ends there.
  private var entries: [UInt32] = []
  private let isReversed: Bool

  /// The trie of `texts`, the entry of each being its place in the list. No text may be empty or there twice.
  ///
  /// - Parameter reversed: whether the texts are endings.
  init(_ texts: [[UInt8]], reversed: Bool) {
    isReversed = reversed
    var keys: [UInt64] = []
    var children: [UInt64: UInt32] = [:]
    for (entry, text) in texts.enumerated() {
      var node: UInt32?
      for byte in reversed ? Array(text.reversed()) : text {
        let key = node.map { UInt64($0) << 8 | UInt64(byte) }
        if let next = key.map({ children[$0] }) ?? (first[Int(byte)] == Self.none ? nil : first[Int(byte)]) {
          node = next
          continue
        }
        let next = UInt32(entries.count)
        entries.append(Self.none)
        if let key {
          children[key] = next
          keys.append(key)
        } else {
          first[Int(byte)] = next
          // The root's children have no step of their own, but a step's number is its node's.
          keys.append(.max - UInt64(byte))
        }
        node = next
      }
      if let node { entries[Int(node)] = UInt32(entry) }
    }
    steps = NumberTable(keys)
  }

  /// Calls `found` for each entry that `text` begins with, or ends with.
  func search(_ text: Span<UInt8>, _ found: (Int) -> Void) {
    guard !text.isEmpty else { return }
    var node = first[Int(text[isReversed ? text.count - 1 : 0])]
    var offset = 1
    while node != Self.none {
      let entry = entries[Int(node)]
      if entry != Self.none { found(Int(entry)) }
      guard offset < text.count else { return }
      let byte = text[isReversed ? text.count - 1 - offset : offset]
      guard let next = steps.entry(of: UInt64(node) << 8 | UInt64(byte)) else { return }
      node = UInt32(next)
      offset += 1
    }
  }
}
