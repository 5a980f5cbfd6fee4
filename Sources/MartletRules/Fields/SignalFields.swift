import MartletModel

extension EventFields {
  static let signal = EventFields(
    "signal", "A process sent a signal.",
    [
      .process("signal.target", "The process that it is for.", .target),
      .process("signal.target.parent", "The image before that one.", .targetParent),
      .lineage("signal.target.ancestors", "All images before that one, the nearest first.", .target),
      .int("signal.pid", "Process id of the target, in the initial pid namespace; a group's is negative, -1 all.") {
        $0.event.activity.signal?.target ?? 0
      },
      .retval("signal.retval"),
      .int("signal.type", "The signal.", constants: "Signals") { $0.event.activity.signal?.number ?? 0 },
    ])
}
