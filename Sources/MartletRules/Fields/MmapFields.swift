extension EventFields {
  static let mmap = EventFields(
    "mmap", "Memory was mapped.",
    [
      .file("mmap.file", "The file whose contents were mapped.", .subject),
      .int("mmap.flags", "How it was mapped.", constants: "MMap flags"),
      .int("mmap.protection", "What may be done with the memory.", constants: "Protection constants"),
      .retval("mmap.retval"),
    ])
}
