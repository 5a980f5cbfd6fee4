import CZstd

/// Bytes that the build compressed and put into the executable.
///
/// A resource bundle would not travel with the executable, and an array literal of their size would take the compiler
/// minutes and gigabytes. They stand in the text of a literal, a scalar for each byte.
package struct Embedded: Sendable {
  private let latin1: StaticString

  package init(_ latin1: StaticString) { self.latin1 = latin1 }

  /// As they were before.
  package var bytes: [UInt8] {
    let compressed = compressed
    let size = unsafe ZSTD_getFrameContentSize(compressed, compressed.count)
    return unsafe [UInt8](unsafeUninitializedCapacity: Int(clamping: size)) { bytes, count in
      unsafe count = ZSTD_decompress(bytes.baseAddress, bytes.count, compressed, compressed.count)
      precondition(ZSTD_isError(count) == 0, "the build embeds what it compressed")
    }
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
