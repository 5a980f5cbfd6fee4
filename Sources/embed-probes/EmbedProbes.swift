import Foundation

/// Compiles one probe object and writes it as Swift: `embed-probes CLANG SOURCE ABI-HEADERS OUTPUT`.
///
/// The bytes become one `StaticString` of Latin-1 scalars. An array literal of that size would take the compiler
/// minutes and gigabytes; a resource bundle would not travel with the executable.
@main
enum EmbedProbes {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5 else { fail("usage: embed-probes CLANG SOURCE ABI-HEADERS OUTPUT", status: 64) }
    let clang = URL(fileURLWithPath: arguments[1])
    let source = URL(fileURLWithPath: arguments[2])
    let output = URL(fileURLWithPath: arguments[4])
    let object = output.deletingPathExtension().appendingPathExtension("o")
    try run(clang, compilerFlags + ["-I", arguments[3], "-c", source.path, "-o", object.path])
    let objcopy = clang.deletingLastPathComponent().appending(path: "llvm-objcopy")
    // Drops DWARF and keeps .BTF and .BTF.ext, which the loader relocates by.
    try run(objcopy, ["--strip-debug", object.path])
    let name = source.lastPathComponent.dropLast(".bpf.c".count)
    try Data(swift(name: String(name), bytes: Data(contentsOf: object)).utf8).write(to: output)
  }

  private static var compilerFlags: [String] {
    #if arch(x86_64)
      let (target, triple) = ("x86", "x86_64-linux-gnu")
    #elseif arch(arm64)
      let (target, triple) = ("arm64", "aarch64-linux-gnu")
    #endif
    return [
      "-target", "bpf", "-mcpu=v3", "-O2", "-g", "-D__TARGET_ARCH_\(target)", "-I/usr/include/\(triple)",
      // BPF_PROG hands every program a context that few of them use.
      "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
    ]
  }

  private static func run(_ tool: URL, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      fail("\(tool.lastPathComponent) ended with status \(process.terminationStatus)", status: 1)
    }
  }

  private static func swift(name: String, bytes: Data) -> String {
    var literal = ""
    literal.reserveCapacity(bytes.count * 6)
    for byte in bytes { literal += "\\u{\(String(byte, radix: 16))}" }
    return """
      // Generated from \(name).bpf.c by the build. The object's bytes, one Latin-1 scalar each.
      extension ProbeObject {
        package static let \(name) = ProbeObject("\(literal)")
      }

      """
  }

  private static func fail(_ message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("embed-probes: \(message)\n".utf8))
    exit(status)
  }
}
