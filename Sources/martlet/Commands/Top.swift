import ArgumentParser

struct Top: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch what the running agent sees, second by second.",
    discussion: """
      A full screen for a terminal of 80 by 24 and more: events by type, the busiest processes, rules that matched, what was \
      lost, and what the agent takes of the machine. 'h' tells the keys.

      EXIT STATUS
        0 when its user quits
        2 if no agent can be talked to, it ends, or there is no terminal
      """)

  @OptionGroup var socket: SocketOptions

  func run() throws { try runScreen(TopScreen(), [], socket) }
}

/// Runs a full screen over what the agent tells.
func runScreen(_ screen: some LiveScreen, _ first: [ScreenEffect], _ socket: SocketOptions) throws {
  try talking {
    do {
      var loop = ScreenLoop(try ControlClient(socket))
      try loop.run(screen, first)
    } catch let error as Unusable {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
  }
}
