import CZstd

/// Bytes that the build put into the executable: compressed, and a Latin-1 scalar for each byte of that.
package struct EmbeddedBytes: Sendable {
  private let latin1: StaticString

  package init(_ latin1: StaticString) { self.latin1 = latin1 }

  /// What was embedded.
  package var bytes: [UInt8] {
    let compressed = compressed
    let size = unsafe ZSTD_getFrameContentSize(compressed, compressed.count)
    var bytes = [UInt8](repeating: 0, count: Int(clamping: size))
    let count = unsafe ZSTD_decompress(&bytes, bytes.count, compressed, compressed.count)
    precondition(ZSTD_isError(count) == 0, "the build embeds what it compressed")
    return bytes
  }

  private var compressed: [UInt8] {
    latin1.withUTF8Buffer { text in
      // A scalar below 0x80 is one byte of UTF-8, any other Latin-1 scalar two.
      unsafe [UInt8](unsafeUninitializedCapacity: text.count) { bytes, count in
        var index = 0
        while index < text.count {
          let lead = unsafe text[index]
          if lead < 0x80 {
            unsafe bytes[count] = lead
            index += 1
          } else {
            unsafe bytes[count] = (lead & 3) << 6 | (text[index + 1] & 0x3f)
            index += 2
          }
          count += 1
        }
      }
    }
  }
}
