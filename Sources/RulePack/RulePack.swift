import CZstd

/// Our own rules, as they were when this was built.
package enum RulePack {
  /// The name and the text of each policy, in order of the names.
  package static var policies: [(name: String, text: [UInt8])] {
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
    return stride(from: 0, to: parts.count - 1, by: 2).map { index in
      (String(decoding: parts[index], as: UTF8.self), Array(parts[index + 1]))
    }
  }

  /// Names and texts, a NUL behind each.
  private static var bytes: [UInt8] {
    // A scalar is a byte: one of UTF-8 below 0x80, else two.
    let compressed = compressed.withUTF8Buffer { unsafe String(decoding: $0, as: UTF8.self) }
      .unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    let size = unsafe ZSTD_getFrameContentSize(compressed, compressed.count)
    var bytes = [UInt8](repeating: 0, count: Int(clamping: size))
    let count = unsafe ZSTD_decompress(&bytes, bytes.count, compressed, compressed.count)
    precondition(ZSTD_isError(count) == 0, "the build embeds what it compressed")
    return bytes
  }
}
