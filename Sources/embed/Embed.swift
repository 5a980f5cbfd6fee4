import CZstd
import Glibc

/// Writes what the executable carries along as Swift: `embed probes …`, `embed policies …`.
///
/// Bytes are compressed and become one `StaticString` of Latin-1 scalars. An array literal of that size would take the compiler minutes
/// and gigabytes; a resource bundle would not travel with the executable.
@main
enum Embed {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst(2))
    switch CommandLine.arguments.dropFirst().first {
    case "probes": Probes.embed(arguments)
    case "policies": Policies.embed(arguments)
    default: fail("usage: embed probes|policies ARGUMENTS")
    }
  }
}

/// The expression that `bytes` are read from: of `EmbeddedBytes`, which undoes this.
func expression(of bytes: [UInt8]) -> String {
  let literal = compressed(bytes).reduce(into: "") { $0 += "\\u{\(String($1, radix: 16))}" }
  return "EmbeddedBytes(\"\(literal)\")"
}

private func compressed(_ bytes: [UInt8]) -> [UInt8] {
  var result = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  let count = unsafe ZSTD_compress(&result, result.count, bytes, bytes.count, 19)
  guard ZSTD_isError(count) == 0 else { fail("cannot compress what is to be embedded") }
  return Array(result.prefix(count))
}

func read(_ path: String) -> [UInt8] {
  guard let file = unsafe fopen(path, "r") else { fail("cannot read \(path)") }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = unsafe fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
  return bytes
}

func write(_ text: String, to path: String) {
  guard let file = unsafe fopen(path, "w") else { fail("cannot write \(path)") }
  let written = unsafe fputs(text, file) >= 0
  guard unsafe fclose(file) == 0, written else { fail("cannot write \(path)") }
}

func fail(_ message: String) -> Never {
  var line = "embed: \(message)\n"
  line.withUTF8 { text in _ = unsafe Glibc.write(2, text.baseAddress, text.count) }
  exit(1)
}
