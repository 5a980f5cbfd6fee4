import ArgumentParser
import MartletSchema
import MartletShip

/// `martlet-ship status`: how the shipper that runs is, or what one left behind.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell how delivery goes: of each sink what was delivered, what waits, and what is wrong.",
    discussion: """
      The shipper that runs is asked at the address where it serves its metrics. If none answers, how far the sinks have \
      come is read from the disk, and the exit status is 1.
      """)

  @OptionGroup var option: ConfigurationOption
  @Flag(help: "For programs.")
  var json = false

  func run() throws {
    let configuration = try option.read()
    if let status = configuration.runningStatus() {
      if json { print(status.text) } else { Self.show(status.value) }
      return
    }
    let status = ShipStatus(stopped: configuration)
    if json { print(status.jsonText) } else { Self.show(status.json) }
    throw ExitCode(ExitStatus.failure)
  }

  private static func show(_ status: JSONValue) {
    guard case .object(let status) = status, case .array(let sinks) = status["sinks"] else { return }
    print(status["running"] == .bool(true) ? "running" : "not running")
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
