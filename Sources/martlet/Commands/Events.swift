import ArgumentParser
import CLinux
import Glibc
import MartletAgent
import MartletModel
import MartletOutput
import MartletRules
import MartletSchema

struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the running agent's events as they come.",
    discussion: """
      Without more, what the agent writes: the events that rules matched, those that it is configured to write, and what it \
      tells of itself. --events names types that are shown whether or not a rule matched. --filter takes a condition as \
      rules have it, and shows all events that it holds for; one about one type of event shows those. Neither changes what \
      the agent writes.

      Who is slower than the events is told how many were left out.

      EXAMPLES
        martlet events -f
        martlet events -f --filter 'exec.file.name == "curl"'
        martlet events -f --events exec,connect --filter 'process.uid == 33' --format json

      EXIT STATUS
        0 when as many were shown as --limit says
        2 if no agent can be talked to, it ends, or the filter cannot be used
      """)

  @OptionGroup var socket: SocketOptions
  @Flag(name: [.short, .long], help: "Go on until it is interrupted. There is nothing else yet.")
  var follow = false
  @Option(
    help: ArgumentHelp("Show events that this condition holds for, whether or not a rule matched.", valueName: "secl"),
    completion: .custom { _, _, text in FieldSearch.completions(of: text) })
  var filter: String?
  @Option(
    help: ArgumentHelp("Types to show whether or not a rule matched, separated by commas.", valueName: "a,b"),
    transform: EventTypes.init)
  var events: EventTypes?
  @Option(help: "How events are written. Default: compact on a terminal, json elsewhere.")
  var format: OutputFormat?
  @Option(help: ArgumentHelp("End after so many.", valueName: "n"))
  var limit: Int?
  @Flag(help: "Never use colour.")
  var noColor = false

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let format = format ?? (isTerminal ? .compact : .json)
    let columns = clinux_terminal_columns(STDOUT_FILENO)
    try talking {
      var client = try ControlClient(socket)
      let wanted = EventRequest(
        filter: filter ?? "", types: events?.types, format: format,
        isColored: isTerminal && !noColor && !hasEnvironment("NO_COLOR"),
        columns: columns == 0 ? nil : max(Int(columns) - (format == .compact ? EventRequest.timeColumns : 0), 1))
      let result = try client.ask("events", wanted.write)
      let unseen = result.texts("unseen")
      if !unseen.isEmpty { complain("the agent's probes do not tell of \(unseen.joined(separator: ", "))") }
      var rest = limit ?? .max
      var (dropped, lastComplaint) = (UInt64(0), Moment.now)
      while rest > 0 {
        let message = try client.next()
        dropped &+= message.number("dropped")
        if dropped > 0, Moment.now - lastComplaint >= .seconds(1) {
          complain("\(dropped) events were left out: they came faster than they could be shown")
          (dropped, lastComplaint) = (0, .now)
        }
        let text = line(message)
        guard !text.isEmpty else { continue }
        write(text + "\n", to: STDOUT_FILENO)
        rest -= 1
      }
    }
  }

  private func line(_ message: JSONObject) -> String {
    if let document = message["event"]?.object { return jsonLine(document) }
    let text = message.text("text")
    guard let time = ToldTime(message["time"]), format != .pretty else { return text }
    let blanks = "\n" + String(repeating: " ", count: EventRequest.timeColumns)
    return time.ofDay + " " + text.split(separator: "\n").joined(separator: blanks)
  }
}

/// The events that are wanted of the agent.
struct EventRequest: Hashable {
  var filter = ""
  var types: Set<EventType>?
  var format = OutputFormat.compact
  var isColored = true
  var columns: Int?
  var keeps = false

  /// What the time of day takes before a line, with a blank.
  static let timeColumns = 13

  func write(to writer: inout JSONWriter) {
    if !filter.isEmpty {
      writer.key("filter")
      writer.value(filter)
    }
    if let types {
      writer.key("types")
      writer.value(types.map(\.name).sorted())
    }
    writer.key("format")
    writer.value(format.rawValue)
    writer.key("color")
    writer.value(isColored)
    writer.key("keep")
    writer.value(keeps)
    if let columns {
      writer.key("columns")
      writer.value(JSONInteger(columns))
    }
  }
}
