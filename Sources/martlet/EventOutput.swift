import ArgumentParser
import CLinux
import Glibc
import MartletAgent
import MartletModel
import MartletOutput

/// Where events go and what they look like there.
struct OutputOptions: ParsableArguments {
  @Option(help: "How events are written. Default: compact on a terminal, json elsewhere.")
  var format: OutputFormat?

  @Option(
    help: ArgumentHelp(
      "Types to show, separated by commas. Default: all that are there; live, all that need not be asked for.",
      valueName: "a,b"),
    transform: EventTypes.init)
  var events: EventTypes?

  @Option(help: ArgumentHelp("Write to FILE instead of standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Never use colour.")
  var noColor = false

  /// Whether a terminal gets colours.
  var wantsColor: Bool { !noColor && !hasEnvironment("NO_COLOR") }

  /// Opens the output.
  ///
  /// Without `--format` a terminal gets `compact`, anything else `json`.
  func printer() throws(OutputError) -> EventPrinter { printer(try descriptor()) }

  /// Opens the output for what is being watched: it does not wait for the reader to be done with an event.
  func sink() throws(OutputError) -> any FinalSink {
    let descriptor = try descriptor()
    if output != nil, format ?? .json == .json, let file = DirectFile(descriptor: descriptor) {
      return FileSink(file)
    }
    return PrintingSink(printer(descriptor))
  }

  private func descriptor() throws(OutputError) -> Int32 {
    guard let output else { return STDOUT_FILENO }
    let descriptor = unsafe open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw OutputError(path: output, errno: errno) }
    return descriptor
  }

  private func printer(_ descriptor: Int32) -> EventPrinter {
    let isTerminal = isatty(descriptor) == 1
    let columns = clinux_terminal_columns(descriptor)
    return EventPrinter(
      descriptor: descriptor, format: format ?? (isTerminal ? .compact : .json),
      style: ScreenStyle(color: isTerminal && wantsColor, columns: columns == 0 ? nil : Int(columns)))
  }
}

extension OutputFormat: ExpressibleByArgument {}

/// The event types that a command line names.
struct EventTypes {
  let types: Set<EventType>

  /// What is watched where no type is named.
  static let standard = EventTypes(types: EventType.standard)
  /// What is shown of a recording where no type is named: all that is in it.
  static let all = EventTypes(types: Set(EventType.allCases.filter(\.isEvent)))

  init(types: Set<EventType>) { self.types = types }

  init(_ list: String) throws {
    var types: Set<EventType> = []
    for name in list.split(separator: ",") {
      guard let type = EventType(name: name) else {
        let known = EventType.allCases.filter(\.isEvent).map(\.name).joined(separator: ", ")
        throw ValidationError("no event type is called '\(name)'; there are \(known)")
      }
      types.insert(type)
    }
    guard !types.isEmpty else { throw ValidationError("no event type is named") }
    self.types = types
  }
}

/// Whether the environment has a variable of this name, empty or not.
func hasEnvironment(_ name: String) -> Bool { unsafe getenv(name) != nil }
