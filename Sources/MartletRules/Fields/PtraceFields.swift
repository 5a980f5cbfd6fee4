extension EventFields {
  static let ptrace = EventFields(
    "ptrace", "A process looked into another one, or steered it.",
    [
      .process("ptrace.tracee", "The other process.", .target),
      .process("ptrace.tracee.parent", "The image before it.", .targetParent),
      .lineage("ptrace.tracee.ancestors", "All images before it, the nearest first.", .target),
      .int("ptrace.request", "The request.", constants: "Ptrace requests"),
      .retval("ptrace.retval"),
    ])
}
