import MartletModel

extension EventFields {
  static let exec = EventFields(
    "exec", "A process started a new program.",
    [
      .process("exec", "The process, with its new program.", .actor),
      .int("exec.file.metadata.abi", "Word size that the program is made for.", constants: "ABI", missing: noMetadata),
      .int(
        "exec.file.metadata.architecture", "Machine that the program is made for.", constants: "Architectures",
        missing: noMetadata),
      .int(
        "exec.file.metadata.compression", "How the file is compressed.", constants: "Compression types",
        missing: noMetadata),
      .bool("exec.file.metadata.is_executable", "The file has the format of a program.", missing: noMetadata),
      .bool(
        "exec.file.metadata.is_garble_obfuscated", "The program looks as if garble had obscured it.",
        missing: noMetadata),
      .bool("exec.file.metadata.is_upx_packed", "The program looks as if UPX had packed it.", missing: noMetadata),
      .int("exec.file.metadata.size", "Bytes of the file.", missing: noMetadata),
      .int("exec.file.metadata.type", "What the file's contents are.", constants: "File types", missing: noMetadata),
      .string("exec.syscall.path", "The path as the caller gave it; empty for a program given by descriptor.") {
        $0.event.activity.exec?.argument ?? ""
      },
    ])

  private static let noMetadata = "the contents of programs are not looked at yet"
}
