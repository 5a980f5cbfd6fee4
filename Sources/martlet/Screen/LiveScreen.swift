import CLinux
import Glibc
import MartletAgent
import MartletSchema

/// What a screen wants done.
enum ScreenEffect: Hashable {
  case quit
  /// Events are to be told.
  case subscribe(EventRequest)
  case cancel(stream: UInt64)
  /// All about an event is to be told.
  case inspect(stream: UInt64, number: UInt64, columns: Int)
}

/// A full screen over what an agent tells: a value that keys and messages change, and that can be drawn.
protocol LiveScreen {
  /// The terminal has this size from now on.
  mutating func fit(columns: Int, rows: Int)
  mutating func take(_ key: Key) -> [ScreenEffect]
  mutating func take(_ message: JSONObject) -> [ScreenEffect]
  /// An effect was asked for in the request of that id.
  mutating func sent(_ effect: ScreenEffect, as id: UInt64)
  func draw() -> Canvas
}

/// Runs a screen on the terminal until its user quits, or the agent ends.
struct ScreenLoop: ~Copyable {
  private var client: ControlClient
  private var painter: Painter

  /// How long a terminal may show what is no more, and how often it is looked whether its size has changed.
  private static let drawing = Duration.milliseconds(50)
  private static let idle: Int32 = 200

  init(_ client: consuming ControlClient) {
    self.client = client
    func variable(_ name: String) -> String { unsafe getenv(name).map { unsafe String(cString: $0) } ?? "" }
    // The first that is set says which letters there are: locale(7).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).first { !$0.isEmpty } ?? ""
    let isUTF8 = ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) }
    painter = Painter(isASCII: !isUTF8, isColored: !hasEnvironment("NO_COLOR"))
  }

  mutating func run(_ screen: consuming some LiveScreen, _ first: [ScreenEffect]) throws {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, clinux_terminal_take(STDOUT_FILENO) == 0 else {
      throw Unusable(description: "this needs a terminal; 'martlet status' and 'martlet events' do not")
    }
    defer { clinux_terminal_give_back() }
    var screen = screen
    _ = try client.send("stats")
    _ = resize(&screen)
    guard try perform(first, &screen) else { return }
    var (isStale, lastDrawing) = (true, Moment?.none)
    while true {
      isStale = resize(&screen) || isStale
      if isStale, lastDrawing.map({ Moment.now - $0 >= Self.drawing }) ?? true {
        write(painter.paint(screen.draw()), to: STDOUT_FILENO)
        (isStale, lastDrawing) = (false, .now)
      }
      var waited = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: client.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      guard unsafe poll(&waited, 2, isStale ? 20 : Self.idle) > 0 else { continue }
      isStale = true
      if waited[1].revents != 0 {
        for message in try client.messages() { _ = try perform(screen.take(message), &screen) }
      }
      guard waited[0].revents != 0 else { continue }
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
      guard count > 0 else { return }
      for key in Key.keys(Array(bytes.prefix(count))) {
        if key == .control("z") { try pause() } else if try !perform(screen.take(key), &screen) { return }
      }
    }
  }

  private var size = (columns: 0, rows: 0)

  /// Whether the terminal has another size than before, which the screen is told.
  private mutating func resize(_ screen: inout some LiveScreen) -> Bool {
    let (columns, rows) = (clinux_terminal_columns(STDOUT_FILENO), clinux_terminal_rows(STDOUT_FILENO))
    // Some terminals do not tell.
    let now = (columns: columns == 0 ? 80 : Int(columns), rows: rows == 0 ? 24 : Int(rows))
    guard now != size else { return false }
    size = now
    screen.fit(columns: now.columns, rows: now.rows)
    return true
  }

  /// Lets the shell have the terminal until it has us go on.
  private mutating func pause() throws {
    clinux_terminal_give_back()
    raise(SIGSTOP)
    _ = clinux_terminal_take(STDOUT_FILENO)
    painter.forget()
    size = (0, 0)
  }

  /// False where the screen is to end.
  private mutating func perform(_ effects: [ScreenEffect], _ screen: inout some LiveScreen) throws -> Bool {
    for effect in effects {
      let id: UInt64
      switch effect {
      case .quit: return false
      case .subscribe(let request): id = try client.send("events", request.write)
      case .cancel(let stream):
        id = try client.send("cancel") { writer in
          writer.key("stream")
          writer.value(JSONInteger(stream))
        }
      case .inspect(let stream, let number, let columns):
        id = try client.send("inspect") { writer in
          for (name, number) in [("stream", stream), ("number", number), ("columns", UInt64(max(columns, 20)))] {
            writer.key(name)
            writer.value(JSONInteger(number))
          }
          writer.key("color")
          writer.value(true)
        }
      }
      screen.sent(effect, as: id)
    }
    return true
  }
}
