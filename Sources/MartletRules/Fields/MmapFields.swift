import MartletModel

extension EventFields {
  static let mmap = EventFields(
    "mmap", "Memory was mapped.",
    [
      .file("mmap.file", "The file whose contents were mapped.", .subject),
      .int("mmap.flags", "How it was mapped.", constants: "MMap flags") { $0.event.activity.mmap?.flags ?? 0 },
      .int("mmap.protection", "What may be done with the memory.", constants: "Protection constants") {
        $0.event.activity.mmap?.protection ?? 0
      },
      .int(
        "mmap.retval", "Address of the memory; where the call failed, the error's number, negated.",
        constants: "Error constants"
      ) {
        $0.event.activity.result
      },
    ])
}
