extension Activity {
  /// A command of bpf(2), with the kernel's view of what it is about.
  package struct BPF {
    package struct Map {
      package var id: UInt32
      /// `enum bpf_map_type`.
      package var type: UInt32
      package var name: String

      package init(id: UInt32, type: UInt32, name: String) {
        self.id = id
        self.type = type
        self.name = name
      }
    }

    package struct Program {
      package var id: UInt32
      /// `enum bpf_prog_type`.
      package var type: UInt32
      /// `enum bpf_attach_type` that the load named; 0 also where the type of program has none.
      package var attachType: UInt32
      package var name: String
      /// Of the instructions, in 16 hexadecimal digits.
      package var tag: String
      /// `enum bpf_func_id` of each helper that an instruction calls, ascending; `nil` where the load was not seen.
      package var helpers: [UInt32]?

      package init(id: UInt32, type: UInt32, attachType: UInt32, name: String, tag: String, helpers: [UInt32]?) {
        self.id = id
        self.type = type
        self.attachType = attachType
        self.name = name
        self.tag = tag
        self.helpers = helpers
      }
    }

    /// `enum bpf_cmd`.
    package var command: UInt32
    package var map: Map?
    package var program: Program?

    package init(command: UInt32, map: Map?, program: Program?) {
      self.command = command
      self.map = map
      self.program = program
    }
  }
}
