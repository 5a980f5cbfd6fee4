/// What the tables of a field found for texts that came lately. Events repeat themselves: of a hundred files that a
/// compiler opens, its neighbour opened ninety.
struct TextMemo: Sendable {
  private static let places = 512
  /// Longer texts are not worth their room.
  static let longest = 256

  private var hashes: [UInt64] = []
  private var texts: [[UInt8]] = []
  private var postings: [[FieldTables.Posting]] = []
  private var place = 0

  /// What was found for the text asked about last.
  var found: [FieldTables.Posting] { postings[place] }

  /// Whether it is known what `text` leads to. If not, `append` is to be called with each that is found now.
  mutating func knows(_ text: Span<UInt8>) -> Bool {
    if hashes.isEmpty {
      hashes = Array(repeating: 0, count: Self.places)
      texts = Array(repeating: [], count: Self.places)
      postings = Array(repeating: [], count: Self.places)
    }
    let hash = text.hash
    place = Int(truncatingIfNeeded: hash) & (Self.places - 1)
    if hashes[place] == hash, text.equals(texts[place]) { return true }
    hashes[place] = hash
    postings[place].removeAll(keepingCapacity: true)
    texts[place].removeAll(keepingCapacity: true)
    unsafe text.withUnsafeBytes { unsafe texts[place].append(contentsOf: $0) }
    return false
  }

  mutating func append(_ posting: FieldTables.Posting) { postings[place].append(posting) }
}
