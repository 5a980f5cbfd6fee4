import Glibc

/// Compiles one probe object and writes it as Swift: `embed-probes CLANG SOURCE ABI-HEADERS OUTPUT`.
///
/// The bytes become one `StaticString` of Latin-1 scalars. An array literal of that size would take the compiler
/// minutes and gigabytes; a resource bundle would not travel with the executable.
@main
enum EmbedProbes {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 5 else { fail("usage: embed-probes CLANG SOURCE ABI-HEADERS OUTPUT") }
    let (clang, source, output) = (arguments[1], arguments[2], arguments[4])
    let object = output + ".o"
    run([clang] + compilerFlags + ["-I", arguments[3], "-c", source, "-o", object])
    // Drops DWARF and keeps .BTF and .BTF.ext, which the loader relocates by.
    run([sibling(of: clang, named: "llvm-objcopy"), "--strip-debug", object])
    let name = source.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
    write(swift(name: String(name), bytes: read(object)), to: output)
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

  private static func sibling(of tool: String, named name: String) -> String {
    let folder = tool.lastIndex(of: "/").map { tool[...$0] } ?? ""
    return folder + name
  }

  private static func swift(name: String, bytes: [UInt8]) -> String {
    var literal = ""
    for byte in bytes { literal += "\\u{\(String(byte, radix: 16))}" }
    return """
      // Generated from \(name).bpf.c by the build. The object's bytes, one Latin-1 scalar each.
      extension ProbeObject {
        package static let \(name) = ProbeObject("\(literal)")
      }

      """
  }

  private static func run(_ command: [String]) {
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var pid = pid_t()
    var status: Int32 = 0
    guard unsafe posix_spawn(&pid, command[0], nil, nil, &arguments, environ) == 0,
      unsafe waitpid(pid, &status, 0) == pid
    else { fail("cannot run \(command[0])") }
    guard status == 0 else { fail("\(command[0]) failed") }
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
    var line = "embed-probes: \(message)\n"
    line.withUTF8 { text in _ = unsafe Glibc.write(2, text.baseAddress, text.count) }
    exit(1)
  }
}
