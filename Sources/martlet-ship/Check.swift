import ArgumentParser
import MartletShip

/// `martlet-ship check`: reads the configuration and delivers nothing.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether the configuration can be used.",
    discussion: "Each mistake is a line, FILE:LINE:COLUMN: what. Nothing is connected to.")

  @OptionGroup var option: ConfigurationOption

  func run() throws {
    let configuration = try option.read()
    for sink in configuration.sinks { print("\(sink.name): \(sink.kind.rawValue)") }
  }
}
