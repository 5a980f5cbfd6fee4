import MartletModel

extension EventFields {
  static let loadModule = EventFields(
    "load_module", "A module was loaded into the kernel.",
    [
      .file("load_module.file", "The module's file.", .subject),
      .string("load_module.args", "Parameters of the module, joined by blanks.") {
        $0.event.activity.module?.arguments.joined(separator: " ") ?? ""
      },
      .bool("load_module.args_truncated", "The parameters are longer than what was kept.") {
        $0.event.activity.module?.argumentsTruncated ?? false
      },
      .strings("load_module.argv", "Parameters of the module.") { $0.event.activity.module?.arguments ?? [] },
      .bool("load_module.loaded_from_memory", "It came from memory, not from a file.") {
        $0.event.activity.module?.isFromMemory ?? false
      },
      .string("load_module.name", "Name of the module.") { $0.event.activity.module?.name ?? "" },
      .retval("load_module.retval"),
    ])
}
