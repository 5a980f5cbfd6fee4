extension EventFields {
  static let capabilities = EventFields(
    "capabilities", "A process was found to have asked for capabilities.",
    [
      .int(
        "capabilities.attempted", "Capabilities that were asked for, one bit each.", constants: "Kernel capabilities"),
      .int(
        "capabilities.used", "Capabilities that were asked for and granted, one bit each.",
        constants: "Kernel capabilities"),
    ])
}
