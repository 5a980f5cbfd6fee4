import Glibc

/// Bytes of text in lines. By memchr(3) and memcmp(3), where they are: events are long, tests are not optimised, and
/// Foundation copies all that it searches.
extension ArraySlice<UInt8> {
  /// What is between its line ends; nothing follows the last of them.
  package var lines: [Self] {
    var lines: [Self] = []
    var rest = self
    while let end = rest.index(of: UInt8(ascii: "\n")) {
      lines.append(rest[..<end])
      rest = rest[(end + 1)...]
    }
    return lines
  }

  /// The first index at which there is this byte.
  package func index(of byte: UInt8) -> Int? {
    unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let found = unsafe memchr(base, Int32(byte), bytes.count) else { return nil }
      return unsafe startIndex + (UnsafeRawPointer(found) - base)
    }
  }

  /// The index behind the first such text.
  package func end(of text: String) -> Int? {
    let text = Array(text.utf8)
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var from = 0
      while bytes.count - from >= text.count {
        guard let found = unsafe memchr(base + from, Int32(text[0]), bytes.count - from - text.count + 1) else { break }
        if unsafe memcmp(found, text, text.count) == 0 {
          return unsafe startIndex + (UnsafeRawPointer(found) - base) + text.count
        }
        from = unsafe UnsafeRawPointer(found) - base + 1
      }
      return nil
    }
  }
}

extension [UInt8] {
  /// What is between its line ends; nothing follows the last of them.
  package var lines: [ArraySlice<UInt8>] { self[...].lines }
}
