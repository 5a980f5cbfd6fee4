extension EventFields {
  static let loadModule = EventFields(
    "load_module", "A module was loaded into the kernel.",
    [
      .file("load_module.file", "The module's file.", .subject),
      .string("load_module.args", "Parameters of the module, joined by blanks."),
      .bool("load_module.args_truncated", "The parameters are longer than what was kept."),
      .strings("load_module.argv", "Parameters of the module."),
      .bool("load_module.loaded_from_memory", "It came from memory, not from a file."),
      .string("load_module.name", "Name of the module."),
      .retval("load_module.retval"),
    ])
}
