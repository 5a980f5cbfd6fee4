internal import CRE2

/// A compiled regular expression in RE2's syntax: its search takes time linear in the text, whatever it says.
@safe
final class Regexp: @unchecked Sendable, Hashable {
  // Sendable, as RE2 lets any number of threads search with one expression and nothing here changes after init.
  private let compiled: OpaquePointer
  /// What it was made from.
  let source: [UInt8]

  /// Bytes that one expression, its automaton included, may take.
  static let memory = 8 << 20

  /// An expression that cannot be compiled.
  struct Invalid: Error { let reason: String }

  /// Compiles `bytes`.
  ///
  /// - Throws: if it is no expression, or one that needs too much memory.
  init(_ bytes: [UInt8]) throws(Invalid) {
    // RE2 would refuse a text of this size too, but only after building much of its automaton.
    guard bytes.count <= 1 << 16 else { throw Invalid(reason: "longer than 64 KiB") }
    let (compiled, reason) = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { reason in
      let compiled = unsafe bytes.withUnsafeBytes { pattern in
        unsafe cre2_compile(
          pattern.baseAddress?.assumingMemoryBound(to: CChar.self), pattern.count, Self.memory, reason.baseAddress,
          reason.count)
      }
      guard let compiled = unsafe compiled else {
        // 128 bytes have an address, and cre2_compile ends what it writes there with a zero.
        return unsafe (compiled, String(cString: UnsafePointer(reason.baseAddress!)))
      }
      return unsafe (Optional(compiled), "")
    }
    guard let compiled = unsafe compiled else { throw Invalid(reason: reason) }
    unsafe self.compiled = compiled
    source = bytes
  }

  deinit { unsafe cre2_free(compiled) }

  /// Whether `value` has a match anywhere.
  func matches(_ value: [UInt8]) -> Bool { matches(value.span) }

  /// Whether `value` has a match anywhere.
  func matches(_ value: Span<UInt8>) -> Bool {
    unsafe value.withUnsafeBytes { text in
      unsafe cre2_search(compiled, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count) != 0
    }
  }

  static func == (left: Regexp, right: Regexp) -> Bool { left === right || left.source == right.source }

  func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
