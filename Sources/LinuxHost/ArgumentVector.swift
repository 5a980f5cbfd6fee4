extension [String] {
  /// The strings of a vector of arguments or of environment variables, as `/proc/PID/cmdline` and
  /// `/proc/PID/environ` hold them: each with a NUL behind it, which may be missing behind the last.
  ///
  /// Invalid UTF-8 is repaired. Empty strings at the end are left out: a program that writes a shorter title
  /// over its arguments fills the rest of them with NULs.
  package init(nulSeparated bytes: Span<UInt8>) {
    self = []
    var scanner = TextScanner(bytes.withoutTrailingNULs)
    while let string = scanner.piece(before: 0) { append(string.string) }
  }
}

extension Span<UInt8> {
  fileprivate var withoutTrailingNULs: Span<UInt8> {
    @_lifetime(copy self) get {
      var end = count
      while end > 0, self[end - 1] == 0 { end -= 1 }
      return extracting(first: end)
    }
  }
}
