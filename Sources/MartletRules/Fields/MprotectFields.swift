extension EventFields {
  static let mprotect = EventFields(
    "mprotect", "What may be done with memory was changed.",
    [
      .int("mprotect.req_protection", "What may be done with it from now on.", constants: "Virtual memory flags"),
      .retval("mprotect.retval"),
      .int("mprotect.vm_protection", "What could be done with it before.", constants: "Virtual memory flags"),
    ])
}
