/// Writes policies as Swift: names and texts, each with a NUL behind it.
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
      import Embedded

      extension RulePack {
        static let files = Embedded("\(compressedLiteral(bytes))")
      }

      """
    write(swift, to: arguments[0])
  }
}
