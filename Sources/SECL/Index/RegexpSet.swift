internal import CRE2

/// Regular expressions of which one search finds all that match.
@safe
final class RegexpSet: @unchecked Sendable {
  // Sendable for the same reason as `Regexp`.
  private let compiled: OpaquePointer?
  private let count: Int

  /// The set of `regexps`, the entry of each being its place in the list.
  init(_ regexps: [Regexp]) {
    count = regexps.count
    let set = unsafe cre2_set_create(Regexp.memory + regexps.count << 14)
    let areAdded = regexps.allSatisfy { regexp in
      unsafe regexp.source.withUnsafeBytes { pattern in
        unsafe cre2_set_add(set, pattern.baseAddress?.assumingMemoryBound(to: CChar.self), pattern.count) != 0
      }
    }
    if areAdded, unsafe cre2_set_compile(set) != 0 {
      unsafe compiled = set
    } else {
      unsafe cre2_set_free(set)
      unsafe compiled = nil
    }
  }

  deinit { unsafe cre2_set_free(compiled) }

  /// Calls `found` for the entry of each that matches; for all, if there are too many to be searched together.
  func search(_ text: Span<UInt8>, _ found: (Int) -> Void) {
    unsafe text.withUnsafeBytes { text in
      var size = 0
      let entries = unsafe cre2_set_search(
        compiled, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, &size)
      if let entries = unsafe entries {
        for index in 0..<size { found(Int(unsafe entries[index])) }
      } else if size != 0 {
        for entry in 0..<count { found(entry) }
      }
    }
  }
}
