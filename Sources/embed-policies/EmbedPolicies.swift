import CZstd
import Glibc

/// Writes the policies of a folder as Swift: `embed-policies OUTPUT POLICY…`.
///
/// They are compressed, names and texts each with a NUL behind it, and become one `StaticString` of Latin-1 scalars.
@main
enum EmbedPolicies {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 2 else { fail("usage: embed-policies OUTPUT POLICY…") }
    var bytes: [UInt8] = []
    for path in arguments.dropFirst(2) {
      bytes += Array((path.split(separator: "/").last ?? "").utf8) + [0]
      bytes += read(path) + [0]
    }
    var literal = ""
    for byte in compressed(bytes) { literal += "\\u{\(String(byte, radix: 16))}" }
    let swift = """
      // Generated from policies/ by the build.
      extension RulePack {
        static let compressed: StaticString = "\(literal)"
      }

      """
    write(swift, to: arguments[1])
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = unsafe ZSTD_compress(&result, result.count, bytes, bytes.count, 19)
    guard ZSTD_isError(count) == 0 else { fail("cannot compress the policies") }
    return Array(result.prefix(count))
  }

  private static func read(_ path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "r") else { fail("cannot read \(path)") }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = unsafe fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
    return bytes
  }

  private static func write(_ text: String, to path: String) {
    guard let file = unsafe fopen(path, "w") else { fail("cannot write \(path)") }
    let written = unsafe fputs(text, file) >= 0
    guard unsafe fclose(file) == 0, written else { fail("cannot write \(path)") }
  }

  private static func fail(_ message: String) -> Never {
    var line = "embed-policies: \(message)\n"
    line.withUTF8 { text in _ = unsafe Glibc.write(2, text.baseAddress, text.count) }
    exit(1)
  }
}
