/// A compiled BPF object that the build embedded.
package struct ProbeObject: Sendable {
  private let latin1: StaticString

  init(_ latin1: StaticString) { self.latin1 = latin1 }

  /// The ELF file, as clang wrote it.
  package var bytes: [UInt8] {
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
