extension EventFields {
  static let splice = EventFields(
    "splice", "Data was moved between a pipe and a file by splice(2).",
    [
      .file("splice.file", "The file.", .subject),
      .int("splice.pipe_entry_flag", "Flags of the pipe's buffer before.", constants: "Pipe buffer flags"),
      .int("splice.pipe_exit_flag", "Flags of the pipe's buffer after.", constants: "Pipe buffer flags"),
      .retval("splice.retval"),
    ])
}
