import MartletModel

extension EventFields {
  static let exit = EventFields(
    "exit", "A process ended.",
    [
      .process("exit", "The process that ended.", .actor),
      .int("exit.cause", "How it ended.", constants: "Exit causes") { $0.event.activity.exit?.cause.rawValue ?? 0 },
      .int("exit.code", "Its exit status, or the number of the signal that ended it.") {
        $0.event.activity.exit?.code ?? 0
      },
    ])
}
