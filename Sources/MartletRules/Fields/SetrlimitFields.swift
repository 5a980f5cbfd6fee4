import MartletModel

extension EventFields {
  static let setrlimit = EventFields(
    "setrlimit", "A limit of a process was changed.",
    [
      .process("setrlimit.target", "The process.", .target),
      .process("setrlimit.target.parent", "The image before it.", .targetParent),
      .lineage("setrlimit.target.ancestors", "All images before it, the nearest first.", .target),
      .int("setrlimit.resource", "What is limited.", constants: "Resource limits") {
        $0.event.activity.setrlimit?.resource ?? 0
      },
      .retval("setrlimit.retval"),
      .int("setrlimit.rlim_cur", "The limit in force; -1 where there is none.") {
        $0.event.activity.setrlimit.map { Int64(bitPattern: $0.current) } ?? 0
      },
      .int("setrlimit.rlim_max", "The most that the limit may be raised to; -1 where there is none.") {
        $0.event.activity.setrlimit.map { Int64(bitPattern: $0.maximum) } ?? 0
      },
    ])
}
