import ArgumentParser

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch events and threats of the running agent as they come.",
    discussion: """
      A full screen for a terminal of 80 by 24 and more: how the agent is, events as they come, and below them what rules \
      found. Enter opens an event, 'w' tells why its rules matched, '/' asks for a condition that events must meet; 'h' tells \
      all keys.

      EXIT STATUS
        0 when its user quits
        2 if no agent can be talked to, it ends, or there is no terminal
      """)

  @OptionGroup var socket: SocketOptions
  @Option(help: ArgumentHelp("The condition to begin with.", valueName: "secl"))
  var filter: String?
  @Option(
    help: ArgumentHelp(
      "Types to show whether or not a rule matched, separated by commas. Default: those that are rare.",
      valueName: "a,b"),
    transform: EventTypes.init)
  var events: EventTypes?

  func run() throws {
    let screen = WatchScreen(filter: filter ?? "", types: events?.types)
    try runScreen(screen, screen.beginning, socket)
  }
}
