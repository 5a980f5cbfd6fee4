/// The keys of one field, ready to be looked up in an event.
final class FieldTables: Sendable {
  /// Rules, as a part of the list of all postings.
  typealias Posting = Range<Int32>

  let field: Field
  private let isList: Bool
  private let texts: TextTable?
  private let textPostings: [Posting]
  private let prefixes: Trie?
  private let prefixPostings: [Posting]
  private let suffixes: Trie?
  private let suffixPostings: [Posting]
  private let windows: WindowTable?
  private let windowPostings: [Posting]
  private let regexps: RegexpSet?
  private let regexpPostings: [Posting]
  private let numbers: NumberTable?
  private let numberPostings: [Posting]
  private let networks: NetworkTable?
  private let networkPostings: [Posting]
  private let truths: Posting?
  private let falsehoods: Posting?

  init(_ field: Field, _ keys: [(key: Key, posting: Posting)]) {
    self.field = field
    isList = field.iterator != nil
    let texts = keys.compactMap { key, posting in if case .text(let bytes) = key { (bytes, posting) } else { nil } }
    self.texts = texts.isEmpty ? nil : TextTable(texts.map(\.0))
    textPostings = texts.map(\.1)
    let prefixes = keys.compactMap { key, posting in if case .prefix(let part) = key { (part, posting) } else { nil } }
    self.prefixes = prefixes.isEmpty ? nil : Trie(prefixes.map(\.0), reversed: false)
    prefixPostings = prefixes.map(\.1)
    let suffixes = keys.compactMap { key, posting in if case .suffix(let part) = key { (part, posting) } else { nil } }
    self.suffixes = suffixes.isEmpty ? nil : Trie(suffixes.map(\.0), reversed: true)
    suffixPostings = suffixes.map(\.1)
    let windows = keys.compactMap { key, posting in if case .window(let part) = key { (part, posting) } else { nil } }
    self.windows = windows.isEmpty ? nil : WindowTable(windows.map(\.0))
    windowPostings = windows.map(\.1)
    let regexps = keys.compactMap { key, posting in if case .regexp(let one) = key { (one, posting) } else { nil } }
    self.regexps = regexps.isEmpty ? nil : RegexpSet(regexps.map(\.0))
    regexpPostings = regexps.map(\.1)
    let numbers = keys.compactMap { key, posting in if case .number(let one) = key { (one, posting) } else { nil } }
    self.numbers = numbers.isEmpty ? nil : NumberTable(numbers.map { UInt64(bitPattern: $0.0) })
    numberPostings = numbers.map(\.1)
    let networks = keys.compactMap { key, posting in if case .network(let one) = key { (one, posting) } else { nil } }
    self.networks = networks.isEmpty ? nil : NetworkTable(networks.map(\.0))
    networkPostings = networks.map(\.1)
    truths = keys.first { $0.key == .truth(true) }?.posting
    falsehoods = keys.first { $0.key == .truth(false) }?.posting
  }

  /// Calls `found` for the rules of each key that the event has.
  func look(in reader: some EventReader, _ found: (Posting) -> Void) {
    guard isList else { return look(at: reader.reading(of: field), found) }
    var index = 0
    while let reading = reader.reading(of: field, at: index) {
      look(at: reading, found)
      index += 1
    }
  }

  private func look(at reading: Reading, _ found: (Posting) -> Void) {
    switch field.type.element {
    case .string:
      _ = reading.anyText(field.type) { text in
        look(at: text, found)
        return false
      }
    case .int:
      guard let numbers else { return }
      _ = reading.anyNumber(field.type) { number in
        if let entry = numbers.entry(of: UInt64(bitPattern: number)) { found(numberPostings[entry]) }
        return false
      }
    case .bool:
      let truth = if case .bool(let value) = reading { value } else { false }
      if let posting = truth ? truths : falsehoods { found(posting) }
    case .ip:
      guard let networks else { return }
      _ = reading.anyNetwork { network in
        networks.search(network) { found(networkPostings[$0]) }
        return false
      }
    default: break
    }
  }

  private func look(at text: Span<UInt8>, _ found: (Posting) -> Void) {
    if field.traits.contains(.ignoresCase) {
      text.withLowercased { lookFolded(at: $0, found) }
    } else {
      lookFolded(at: text, found)
    }
    if let regexps { regexps.search(text) { found(regexpPostings[$0]) } }
  }

  private func lookFolded(at text: Span<UInt8>, _ found: (Posting) -> Void) {
    if let texts, let entry = texts.entry(of: text) { found(textPostings[entry]) }
    if let prefixes { prefixes.search(text) { found(prefixPostings[$0]) } }
    if let suffixes { suffixes.search(text) { found(suffixPostings[$0]) } }
    if let windows { windows.search(text) { found(windowPostings[$0]) } }
  }
}
