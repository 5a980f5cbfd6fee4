extension EventFields {
  static let unloadModule = EventFields(
    "unload_module", "A module was removed from the kernel.",
    [
      .string("unload_module.name", "Name of the module."),
      .retval("unload_module.retval"),
    ])
}
