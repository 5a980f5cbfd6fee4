import Glibc

// Texts of a record's tail. Probes write a path as its names from the leaf up, a NUL after each, for that is the order in
// which they find them.

/// Where the first name of a run of NUL-terminated names ends.
func firstComponentEnd(_ components: RawSpan) -> Int { components.firstOffset(of: 0) ?? components.byteCount }

extension RawSpan {
  /// Where `byte` first is.
  func firstOffset(of byte: UInt8) -> Int? {
    unsafe withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return nil }
      return unsafe memchr(start, Int32(byte), bytes.count).map { unsafe UnsafeRawPointer($0) - start }
    }
  }
}

/// The absolute path of names that run from the leaf up; `"/"` for none.
func pathText(_ components: RawSpan) -> String {
  guard components.byteCount > 0 else { return "/" }
  return unsafe components.withUnsafeBytes { names in
    // Each name's NUL makes room for the slash before it.
    unsafe String(unsafeUninitializedCapacity: names.count + 1) { path in
      var written = 0
      var end = unsafe names[names.count - 1] == 0 ? names.count - 1 : names.count
      while true {
        var start = end
        while start > 0, unsafe names[start - 1] != 0 { start -= 1 }
        unsafe path[written] = UInt8(ascii: "/")
        written += 1
        for index in start..<end {
          unsafe path[written] = names[index]
          written += 1
        }
        guard start > 0 else { return written }
        end = start - 1
      }
    }
  }
}

/// `path` made absolute below `base` and freed of `.`, `..` and doubled slashes, without asking any file system.
func normalized(_ path: String, base: String) -> String {
  let slash = UInt8(ascii: "/")
  var kept: [Substring] = []
  let whole = path.utf8.first == slash ? path : base + "/" + path
  for component in whole.utf8.split(separator: slash).map({ Substring($0) }) where component != "." {
    if component == ".." {
      kept.removeLast(kept.isEmpty ? 0 : 1)
    } else {
      kept.append(component)
    }
  }
  return "/" + kept.joined(separator: "/")
}

/// The strings of a NUL-terminated vector, at most `limit` bytes each; without a limit all of them, as they are.
///
/// A longer string is cut there and ends in `...`; `truncated` tells so. A last one without its NUL was cut by the probe.
func strings(_ bytes: RawSpan, limit: Int?, truncated: inout Bool) -> [String] {
  var found: [String] = []
  eachString(of: bytes, limit: limit) { text, isCut in
    found.append(isCut ? String(decoding: text) + "..." : String(decoding: text))
    if isCut { truncated = true }
  }
  return found
}

/// The same one by one, as bytes, without the `...` of those that are cut.
func eachString(of bytes: RawSpan, limit: Int?, _ body: (_ text: RawSpan, _ isCut: Bool) -> Void) {
  var start = 0
  while start < bytes.byteCount {
    let rest = bytes.extracting(start...)
    let length = firstComponentEnd(rest)
    if let limit, length > limit || length == rest.byteCount {
      body(rest.extracting(..<min(length, limit)), true)
    } else if length > 0 || start == 0 || limit == nil {
      // Empty strings are dropped, as the reference does, but for the first: the second must not become argv[0].
      body(rest.extracting(..<length), false)
    }
    start += length + 1
  }
}
