import Glibc

/// Writes the policies of a folder as Swift: `embed-policies OUTPUT POLICY…`.
@main
enum EmbedPolicies {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 2 else { fail("usage: embed-policies OUTPUT POLICY…") }
    var swift =
      "// Generated from policies/ by the build.\nextension RulePack {\n  static let files: [(name: String, text: StaticString)] = [\n"
    for path in arguments.dropFirst(2) {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      swift += "    (\(literal(name)), \(literal(String(decoding: read(path), as: UTF8.self)))),\n"
    }
    write(swift + "  ]\n}\n", to: arguments[1])
  }

  private static func literal(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": literal += "\\\\"
      case "\"": literal += "\\\""
      case "\n": literal += "\\n"
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
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
