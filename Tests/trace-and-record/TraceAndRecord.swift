import Glibc
import MartletAgent
import MartletOutput

/// `trace-and-record RECORDING COMMAND [ARG…]`: one session that prints its events as JSON and keeps its records, so that a
/// replay of these can be compared with those. What `martlet` offers is one or the other.
@main
struct TraceAndRecord {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.count >= 2 else { exit(98) }
    let printer = EventPrinter(descriptor: 1, format: .json, style: ScreenStyle(color: false))
    var session = try TraceSession(
      TraceOptions(command: Array(words.dropFirst())), printer: printer, recordTo: words[0])
    exit(try session.run().status)
  }
}
