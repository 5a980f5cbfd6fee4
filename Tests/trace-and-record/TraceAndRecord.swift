import Glibc
import MartletAgent
import MartletOutput
import MartletRules

/// `trace-and-record [--policy POLICY] RECORDING COMMAND [ARG…]`: one session that prints its events as JSON and keeps its
/// records, so that a replay of these can be compared with those. What `martlet` offers is one or the other.
@main
struct TraceAndRecord {
  static func main() throws {
    var words = Array(CommandLine.arguments.dropFirst())
    var rules = RuleSet.empty
    if words.count > 2, words[0] == "--policy" {
      (rules, _) = RuleSet.load(try PolicySource.read([words[1]]), for: LoadingConditions())
      words.removeFirst(2)
    }
    guard words.count >= 2 else { exit(98) }
    let printer = EventPrinter(descriptor: 1, format: .json, style: ScreenStyle(color: false))
    var session = try TraceSession(
      TraceOptions(command: Array(words.dropFirst()), watch: WatchOptions(rules: rules)), sink: PrintingSink(printer),
      recordTo: words[0])
    exit(try session.run().status)
  }
}
