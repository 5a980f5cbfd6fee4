/// The names of the values, or of the bits, of one number of the kernel.
///
/// Events are written and rules are compiled from the same tables.
package struct ConstantTable: Sendable {
  /// A name, and the value or the bits it stands for.
  private struct Row {
    let name: String
    let value: UInt64
  }

  /// Ordered by name, byte by byte.
  private let rows: [Row]
  private let values: [String: UInt64]
  private let firstNames: [UInt64: String]

  /// Makes a table of names that events are written with, and of aliases that are only understood.
  package init(_ names: KeyValuePairs<String, UInt64>, aliases: KeyValuePairs<String, UInt64> = [:]) {
    rows = names.map { Row(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    // Later rows do not replace earlier ones.
    values = Dictionary((Array(names) + Array(aliases)).map { ($0.key, $0.value) }) { first, _ in first }
    firstNames = Dictionary(names.map { ($0.value, $0.key) }) { first, _ in first }
  }

  /// What a name or an alias stands for.
  package subscript(name: String) -> UInt64? { values[name] }

  /// The name of exactly this value.
  package func name(of value: UInt64) -> String? { firstNames[value] }

  /// The names of the bits that are set, in the order of their bytes.
  ///
  /// A name is listed when all of its bits are set, so a name for several bits stands next to the names of each.
  /// Bits without a name are listed as one decimal number. No bit, no element.
  package func names(_ bits: UInt64) -> [String] {
    var names: [String] = []
    var unnamed = bits
    for row in rows where row.value != 0 && bits & row.value == row.value {
      names.append(row.name)
      unnamed &= ~row.value
    }
    // Names start with a letter, and digits come before letters.
    if unnamed != 0 { names.insert(String(unnamed), at: 0) }
    return names
  }

  /// The names of the bits that are set, as one text: `PROT_READ | PROT_WRITE`; empty when no bit is set.
  package func joined(_ bits: UInt64) -> String {
    names(bits).joined(separator: " | ")
  }
}
