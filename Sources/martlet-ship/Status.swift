import ArgumentParser
import MartletSchema
import MartletShip

/// `martlet-ship status`: how the shipper that runs is, or what one left behind.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell how delivery goes: of each sink what was delivered, what waits, and what is wrong.",
    discussion: """
      The shipper that runs is asked at the address where it serves its metrics. If none answers, how far the sinks have \
      come is read from the disk. The exit status is 0 if one runs and there is nothing to complain of: no sink in trouble, \
      and since the start no event refused for good and none missing. Else it is 1.
      """)

  @OptionGroup var option: ConfigurationOption
  @Flag(help: "For programs.")
  var json = false

  func run() throws {
    let configuration = try option.read()
    let answer = configuration.runningStatus()
    let status = answer?.value ?? ShipStatus(silent: configuration).json
    if json { print(answer?.text ?? status.text) } else { Self.show(status, isAnswer: answer != nil) }
    if !Self.isWell(status) { throw ExitCode(ExitStatus.failure) }
  }

  /// Whether there is nothing to complain of.
  private static func isWell(_ status: JSONValue) -> Bool {
    guard case .object(let status) = status, case .array(let sinks) = status["sinks"] else { return false }
    return status["running"] == .bool(true) && status["trouble"] == nil
      && sinks.allSatisfy { sink in
        guard case .object(let sink) = sink, sink["trouble"] == nil else { return false }
        return ["dead_events_total", "missing_events_total"].allSatisfy { sink[$0] == .integer(0) }
      }
  }

  private static func show(_ status: JSONValue, isAnswer: Bool) {
    guard case .object(let status) = status, case .array(let sinks) = status["sinks"] else { return }
    let isRunning = status["running"] == .bool(true)
    print(
      !isRunning ? "not running" : isAnswer ? "running" : "running, but does not answer: this is what the disk tells")
    if case .string(let trouble) = status["trouble"] { print(trouble) }
    for sink in sinks {
      guard case .object(let sink) = sink else { continue }
      func number(_ name: String) -> String {
        if case .integer(let number) = sink[name] { "\(number)" } else { "0" }
      }
      func text(_ name: String) -> String { if case .string(let text) = sink[name] { text } else { "" } }
      print(
        "\(text("name")) (\(text("type"))): \(number("delivered_events_total")) delivered, "
          + "\(number("filtered_events_total")) filtered, \(number("dead_events_total")) refused, "
          + "\(number("missing_events_total")) missing, \(number("backlog_bytes")) bytes to go")
      if sink["trouble"] != nil { print("  \(text("trouble"))") }
    }
  }
}
