extension EventFields {
  static let bpf = EventFields(
    "bpf", "A command of bpf(2) was run.",
    [
      .int("bpf.cmd", "The command.", constants: "BPF commands"),
      .string("bpf.map.name", "Name of the map.", .short),
      .int("bpf.map.type", "Kind of map.", constants: "BPF map types"),
      .int("bpf.prog.attach_type", "What the program is to be attached to.", constants: "BPF attach types"),
      .ints("bpf.prog.helpers", "Helpers that the program calls.", constants: "BPF helper functions"),
      .string("bpf.prog.name", "Name of the program.", .short),
      .string("bpf.prog.tag", "Digest of the program's instructions, in hex."),
      .int("bpf.prog.type", "Kind of program.", constants: "BPF program types"),
      .retval("bpf.retval"),
    ])
}
