/// The keys of one field, ready to be looked up in an event.
final class FieldTables: Sendable {
  /// Rules, as a part of the list of all postings.
  typealias Posting = Range<Int32>

  /// A table and the rules of each of its entries.
  private final class Posted<Table: Sendable>: Sendable {
    let table: Table
    let postings: [Posting]

    /// The table of the keys that `content` picks; nil if there are none.
    init?<Content>(
      _ keys: [(key: Key, posting: Posting)], _ content: (Key) -> Content?, _ table: ([Content]) -> Table
    ) {
      let picked = keys.compactMap { key, posting in content(key).map { ($0, posting) } }
      if picked.isEmpty { return nil }
      self.table = table(picked.map(\.0))
      postings = picked.map(\.1)
    }
  }

  let field: Field
  private let isList: Bool
  private let texts: Posted<TextTable>?
  /// Lengths of the texts that have a key, a `lengthBit` each.
  private let lengths: UInt64
  private let prefixes: Posted<Trie>?
  private let suffixes: Posted<Trie>?
  private let windows: Posted<WindowTable>?
  private let regexps: Posted<RegexpSet>?
  private let numbers: Posted<NumberTable>?
  private let networks: Posted<NetworkTable>?
  private let truths: Posting?
  private let falsehoods: Posting?

  init(_ field: Field, _ keys: [(key: Key, posting: Posting)]) {
    self.field = field
    isList = field.iterator != nil
    texts = Posted(keys, { if case .text(let text) = $0 { text } else { nil } }, { TextTable($0) })
    prefixes = Posted(keys, { if case .prefix(let text) = $0 { text } else { nil } }, { Trie($0, reversed: false) })
    suffixes = Posted(keys, { if case .suffix(let text) = $0 { text } else { nil } }, { Trie($0, reversed: true) })
    windows = Posted(keys, { if case .window(let window) = $0 { window } else { nil } }, { WindowTable($0) })
    regexps = Posted(keys, { if case .regexp(let regexp) = $0 { regexp } else { nil } }, { RegexpSet($0) })
    let isExact = prefixes == nil && suffixes == nil && windows == nil && regexps == nil
    lengths = isExact ? texts?.table.lengths ?? 0 : .max
    numbers = Posted(
      keys, { if case .number(let number) = $0 { UInt64(bitPattern: number) } else { nil } }, { NumberTable($0) })
    networks = Posted(keys, { if case .network(let network) = $0 { network } else { nil } }, { NetworkTable($0) })
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
      _ = reading.anyText(field.type, lengths: lengths) { text in
        look(at: text, found)
        return false
      }
    case .int:
      guard let numbers else { return }
      _ = reading.anyNumber(field.type) { number in
        if let entry = numbers.table.entry(of: UInt64(bitPattern: number)) { found(numbers.postings[entry]) }
        return false
      }
    case .ip:
      guard let networks else { return }
      _ = reading.anyNetwork { network in
        networks.table.search(network) { found(networks.postings[$0]) }
        return false
      }
    default:
      let truth = if case .bool(let value) = reading { value } else { false }
      if let posting = truth ? truths : falsehoods { found(posting) }
    }
  }

  private func look(at text: Span<UInt8>, _ found: (Posting) -> Void) {
    if field.traits.contains(.ignoresCase) {
      text.withLowercased { lookFolded(at: $0, found) }
    } else {
      lookFolded(at: text, found)
    }
    if let regexps { regexps.table.search(text) { found(regexps.postings[$0]) } }
  }

  private func lookFolded(at text: Span<UInt8>, _ found: (Posting) -> Void) {
    if let texts, let entry = texts.table.entry(of: text) { found(texts.postings[entry]) }
    if let prefixes { prefixes.table.search(text) { found(prefixes.postings[$0]) } }
    if let suffixes { suffixes.table.search(text) { found(suffixes.postings[$0]) } }
    if let windows { windows.table.search(text) { found(windows.postings[$0]) } }
  }
}
