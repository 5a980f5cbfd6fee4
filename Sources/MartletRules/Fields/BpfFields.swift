import MartletModel

extension EventFields {
  static let bpf = EventFields(
    "bpf", "A command of bpf(2) was run.",
    [
      .int("bpf.cmd", "The command.", constants: "BPF commands") { $0.event.activity.bpf?.command ?? 0 },
      .string("bpf.map.name", "Name of the map.", .short) { $0.event.activity.bpf?.map?.name ?? "" },
      .int("bpf.map.type", "Kind of map.", constants: "BPF map types") { $0.event.activity.bpf?.map?.type ?? 0 },
      // The constants count from 1, the kernel from 0.
      .int("bpf.prog.attach_type", "What the program is to be attached to.", constants: "BPF attach types") {
        $0.event.activity.bpf?.program.map { program in
          BPFNames.hasAttachType(program.attachType, programType: program.type) ? Int64(program.attachType) + 1 : 0
        } ?? 0
      },
      .ints("bpf.prog.helpers", "Helpers that the program calls.", constants: "BPF helper functions") {
        $0.event.activity.bpf?.program?.helpers?.map(Int64.init) ?? []
      },
      .string("bpf.prog.name", "Name of the program.", .short) { $0.event.activity.bpf?.program?.name ?? "" },
      .string("bpf.prog.tag", "Digest of the program's instructions, in hex.") {
        $0.event.activity.bpf?.program?.tag ?? ""
      },
      .int("bpf.prog.type", "Kind of program.", constants: "BPF program types") {
        $0.event.activity.bpf?.program?.type ?? 0
      },
      .retval("bpf.retval"),
    ])
}
