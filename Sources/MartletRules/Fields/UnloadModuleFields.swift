import MartletModel

extension EventFields {
  static let unloadModule = EventFields(
    "unload_module", "A module was removed from the kernel.",
    [
      .string("unload_module.name", "Name of the module.") { $0.event.activity.module?.name ?? "" },
      .retval("unload_module.retval"),
    ])
}
