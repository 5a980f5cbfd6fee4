import CZstd
import Glibc

/// Writes what the executable carries along as Swift: `embed probes …`, `embed policies …`.
/// The module `Embedded` reads them again and says why they look as they do.
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

/// The inside of a string literal with a Latin-1 scalar for each byte that is left of these when compressed.
func compressedLiteral(_ bytes: [UInt8]) -> String {
  var compressed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  let count = unsafe ZSTD_compress(&compressed, compressed.count, bytes, bytes.count, 19)
  guard ZSTD_isError(count) == 0 else { fail("cannot compress: \(unsafe String(cString: ZSTD_getErrorName(count)))") }
  return compressed.prefix(count).reduce(into: "") { $0 += "\\u{\(String($1, radix: 16))}" }
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
