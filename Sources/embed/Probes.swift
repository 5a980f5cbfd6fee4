import Glibc

/// Compiles one probe object and writes it as Swift.
enum Probes {
  /// Arguments are those behind the command's name: `CLANG SOURCE ABI-HEADERS OUTPUT`.
  static func embed(_ arguments: [String]) {
    guard arguments.count == 4 else { fail("usage: embed probes CLANG SOURCE ABI-HEADERS OUTPUT") }
    let (clang, source, output) = (arguments[0], arguments[1], arguments[3])
    let object = output + ".o"
    run([clang] + compilerFlags + ["-I", arguments[2], "-c", source, "-o", object])
    // Drops DWARF and keeps .BTF and .BTF.ext, which the loader relocates by.
    run([sibling(of: clang, named: "llvm-objcopy"), "--strip-debug", object])
    let name = source.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
    let swift = """
      // Generated from \(name).bpf.c by the build.
      package import Embedded

      extension ProbeObject {
        package static let \(name) = Embedded("\(compressedLiteral(read(object)))")
      }

      """
    write(swift, to: output)
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
}
