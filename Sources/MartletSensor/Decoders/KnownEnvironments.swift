import Glibc

/// Reads of environments what is to be kept: all names, and the values of a few. The other values become no text.
///
/// Processes hand their environment on: what one that was read lately comes to is there already.
package final class KnownEnvironments {
  private struct Entry {
    /// What was kept, a NUL behind each element.
    let bytes: [UInt8]
    let elements: [String]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      var isCut = false
      elements = unsafe strings(bytes.span.bytes, limit: nil, truncated: &isCut)
    }
  }

  private let names: [[UInt8]]
  /// A bit for each number of bytes that a name has; the last for all longer ones.
  private let lengths: UInt64
  private var entries: [Entry] = []
  /// The entry that is the next to go.
  private var next = 0
  private var kept: [UInt8] = []

  private static let places = 16
  /// Longer ones are not remembered.
  private static let longest = 8_192

  /// - Parameter names: the variables whose values are kept.
  package init(keeping names: some Sequence<String>) {
    self.names = names.map { Array($0.utf8) }
    lengths = self.names.reduce(0) { $0 | 1 << UInt64(min($1.count, 63)) }
  }

  /// As `strings`, with `NAME=value` cut to `NAME` unless the value is to be kept.
  func elements(_ bytes: RawSpan, limit: Int?, truncated: inout Bool) -> [String] {
    kept.removeAll(keepingCapacity: true)
    eachString(of: bytes, limit: limit) { element, isCut in
      if isCut { truncated = true }
      if let equals = element.firstOffset(of: UInt8(ascii: "=")), !keepsValue(of: element.extracting(..<equals)) {
        append(element.extracting(..<equals))
      } else {
        append(element)
        if isCut { kept += "...".utf8 }
      }
      kept.append(0)
    }
    if let known = entries.first(where: { $0.bytes == kept }) { return known.elements }
    let entry = Entry(kept)
    if kept.count <= Self.longest { remember(entry) }
    return entry.elements
  }

  private func append(_ bytes: RawSpan) { unsafe bytes.withUnsafeBytes { unsafe kept.append(contentsOf: $0) } }

  private func keepsValue(of name: RawSpan) -> Bool {
    lengths >> UInt64(min(name.byteCount, 63)) & 1 != 0 && names.contains { unsafe $0.span.bytes.isSame(as: name) }
  }

  private func remember(_ entry: Entry) {
    if entries.count < Self.places { return entries.append(entry) }
    entries[next] = entry
    next = (next + 1) % Self.places
  }
}
