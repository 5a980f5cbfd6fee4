import CZstd

/// Writes policies as Swift: compressed, names and texts each with a NUL behind it.
enum Policies {
  /// Arguments are those behind the command's name: `OUTPUT POLICY…`.
  static func embed(_ arguments: [String]) {
    guard arguments.count > 1 else { fail("usage: embed policies OUTPUT POLICY…") }
    var bytes: [UInt8] = []
    for path in arguments.dropFirst() {
      bytes += Array((path.split(separator: "/").last ?? "").utf8) + [0]
      bytes += read(path) + [0]
    }
    let swift = """
      // Generated from policies/ by the build.
      extension RulePack {
        static let compressed: StaticString = "\(latin1Literal(compressed(bytes)))"
      }

      """
    write(swift, to: arguments[0])
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = unsafe ZSTD_compress(&result, result.count, bytes, bytes.count, 19)
    guard ZSTD_isError(count) == 0 else { fail("cannot compress the policies") }
    return Array(result.prefix(count))
  }
}
