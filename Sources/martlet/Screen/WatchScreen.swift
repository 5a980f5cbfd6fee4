import MartletModel
import MartletOutput
import MartletSchema

/// `martlet watch`: how the agent is, events as they come, and below them what rules found.
struct WatchScreen: LiveScreen {
  /// An event, or what the agent tells of itself.
  private struct Line {
    let stream: UInt64
    let number: UInt64
    let time: String
    let text: String
    let rules: [JSONObject]
  }

  /// A list of lines of which one may be chosen.
  private struct Pane {
    private(set) var lines: [Line] = []
    /// The number of the event that is chosen; `nil` while the last lines are followed.
    var chosen: UInt64?

    private static let most = 1000

    mutating func append(_ line: Line) {
      if lines.count >= Self.most { lines.removeFirst(Self.most / 10) }
      lines.append(line)
    }

    mutating func clear() { self = Pane() }

    var index: Int? {
      chosen.flatMap { number in lines.lastIndex { $0.number <= number } ?? (lines.isEmpty ? nil : 0) }
    }

    /// Goes so many lines down, or up; below the last one it follows again.
    mutating func move(by step: Int) {
      guard !lines.isEmpty else { return }
      let target = (index ?? lines.count - (step < 0 ? 0 : 1)) + step
      chosen = target >= lines.count ? nil : lines[max(target, 0)].number
    }

    /// The lines that are shown in so many rows, and the one among them that is chosen.
    func shown(_ rows: Int) -> (lines: ArraySlice<Line>, chosen: Int?) {
      let last = index.map { max($0 + 1 + rows / 2, rows) } ?? lines.count
      let end = min(last, lines.count)
      return (lines[max(end - max(rows, 0), 0)..<end], index)
    }
  }

  private enum Mode: Equatable {
    case list
    /// All about an event; `nil` until the agent has told it.
    case detail(JSONObject?, showsWhy: Bool, top: Int)
    case filter(String)
    case help
  }

  private var bar = HealthBar()
  private var events = Pane()
  private var threats = Pane()
  private var isInThreats = false
  private var isPaused = false
  private var mode = Mode.list
  private let types: Set<EventType>?
  /// What is shown.
  private var request: EventRequest
  /// The request for events that was sent last, its id, and the stream of events that are shown.
  private var asked: EventRequest?
  private var subscription: UInt64 = 0
  private var stream: UInt64 = 0
  /// The stream of what rules find.
  private var threatStream: UInt64 = 0
  private var inspection: UInt64 = 0
  private var dropped: UInt64 = 0
  /// What the agent does not do, and why.
  private var refusal = ""
  private var size = (columns: 80, rows: 24)

  /// What is shown though no rule matched, where nobody says: what is rare enough to be read.
  private static let standardTypes: Set<EventType> = [
    .exec, .setuid, .setgid, .capset, .chmod, .chown, .mount, .umount, .ptrace, .bpf, .loadModule, .unloadModule,
    .selinux,
    .bind, .dns, .imds,
  ]

  /// - Parameter types: those that are shown though no rule matched; `nil`: those that the filter speaks of, and without one
  ///   the standard ones.
  init(filter: String = "", types: Set<EventType>? = nil) {
    self.types = types
    request = EventRequest(keeps: true)
    request = wanted(filter: filter)
  }

  private func wanted(filter: String) -> EventRequest {
    var wanted = request
    wanted.filter = filter
    wanted.types = types ?? (filter.isEmpty ? Self.standardTypes : nil)
    return wanted
  }

  /// All that rules find, whatever is shown above.
  private static let threatRequest = EventRequest(keeps: true)

  /// What to begin with.
  var beginning: [ScreenEffect] { [.subscribe(Self.threatRequest), .subscribe(request)] }

  mutating func fit(columns: Int, rows: Int) { size = (columns, rows) }

  // MARK: Messages

  mutating func sent(_ effect: ScreenEffect, as id: UInt64) {
    switch effect {
    case .subscribe(Self.threatRequest): threatStream = id
    case .subscribe(let request): (asked, subscription) = (request, id)
    case .inspect: inspection = id
    case .cancel, .quit: break
    }
  }

  mutating func take(_ message: JSONObject) -> [ScreenEffect] {
    if bar.take(message) { return [] }
    let id = message.id
    if let error = message["error"]?.object {
      take(refusal: error, of: id)
    } else if let result = message["result"]?.object {
      if id == subscription { return begin(result) }
      if id == inspection, case .detail(_, let showsWhy, _) = mode {
        mode = .detail(result, showsWhy: showsWhy, top: 0)
      }
    } else if id == stream || id == threatStream {
      show(message, of: id)
    }
    return []
  }

  private mutating func show(_ message: JSONObject, of id: UInt64) {
    dropped &+= message.number("dropped")
    guard !isPaused, let text = message["text"]?.text else { return }
    let line = Line(
      stream: id, number: message.number("number"), time: ToldTime(message["time"])?.ofDay ?? "",
      text: String(text.prefix { $0 != "\n" }), rules: message.objects("rules"))
    if id == stream { events.append(line) } else if !line.rules.isEmpty { threats.append(line) }
  }

  /// Events of what was asked for last come from now on, and no others.
  private mutating func begin(_ result: JSONObject) -> [ScreenEffect] {
    let before = stream
    if let asked { request = asked }
    stream = subscription
    events.clear()
    (dropped, refusal, isPaused) = (0, "", false)
    let unseen = result.texts("unseen")
    // Of those that nobody has named, nobody has to know.
    if !unseen.isEmpty, types != nil || !request.filter.isEmpty {
      refusal = "the probes do not tell of " + unseen.joined(separator: ", ")
    }
    return before == 0 ? [] : [.cancel(stream: before)]
  }

  private mutating func take(refusal error: JSONObject, of id: UInt64) {
    if id == inspection, case .detail = mode { mode = .list }
    if id == subscription, let asked { mode = .filter(asked.filter) }
    refusal = error.text("message")
  }

  // MARK: Keys

  mutating func take(_ key: Key) -> [ScreenEffect] {
    if key == .control("c") { return [.quit] }
    switch mode {
    case .list: return takeInList(key)
    case .detail(let told, let showsWhy, let top): takeInDetail(key, told, showsWhy, top)
    case .filter(let text): return take(key, filter: text)
    case .help: mode = .list
    }
    return []
  }

  private mutating func takeInList(_ key: Key) -> [ScreenEffect] {
    refusal = ""
    switch key {
    case .letter("q"): return [.quit]
    case .letter("h"), .letter("?"): mode = .help
    case .letter("/"): mode = .filter(request.filter)
    case .letter("p"), .letter(" "): isPaused.toggle()
    case .tab: isInThreats.toggle()
    case .up, .letter("k"): move(by: -1)
    case .down, .letter("j"): move(by: 1)
    case .pageUp: move(by: -max(layout.eventRows - 1, 1))
    case .pageDown: move(by: max(layout.eventRows - 1, 1))
    case .home: move(by: -1_000_000)
    case .end, .escape: move(by: 1_000_000)
    case .enter: return inspect(showsWhy: false)
    case .letter("w"): return inspect(showsWhy: true)
    default: break
    }
    return []
  }

  private mutating func move(by step: Int) {
    if isInThreats { threats.move(by: step) } else { events.move(by: step) }
  }

  /// Has all about the chosen event told, or about the last one.
  private mutating func inspect(showsWhy: Bool) -> [ScreenEffect] {
    let pane = isInThreats ? threats : events
    guard let line = pane.index.map({ pane.lines[$0] }) ?? pane.lines.last else { return [] }
    if isInThreats { threats.chosen = line.number } else { events.chosen = line.number }
    mode = .detail(nil, showsWhy: showsWhy, top: 0)
    return [.inspect(stream: line.stream, number: line.number, columns: size.columns)]
  }

  private mutating func takeInDetail(_ key: Key, _ told: JSONObject?, _ showsWhy: Bool, _ top: Int) {
    let most = max(detailLines(told, showsWhy).count - layout.detailRows, 0)
    func scrolled(by step: Int) -> Mode {
      .detail(told, showsWhy: showsWhy, top: min(max(min(top, most) + step, 0), most))
    }
    switch key {
    case .letter("q"), .escape, .left, .backspace: mode = .list
    case .letter("w"): mode = .detail(told, showsWhy: !showsWhy, top: 0)
    case .up, .letter("k"): mode = scrolled(by: -1)
    case .down, .letter("j"), .enter: mode = scrolled(by: 1)
    case .pageUp: mode = scrolled(by: -layout.detailRows)
    case .pageDown, .letter(" "): mode = scrolled(by: layout.detailRows)
    case .home: mode = scrolled(by: -most)
    case .end: mode = scrolled(by: most)
    default: break
    }
  }

  private mutating func take(_ key: Key, filter text: String) -> [ScreenEffect] {
    switch key {
    case .escape:
      mode = .list
      refusal = ""
    case .enter:
      mode = .list
      return [.subscribe(wanted(filter: text))]
    case .backspace: mode = .filter(String(text.dropLast()))
    case .control("u"): mode = .filter("")
    case .letter(let letter) where text.utf8.count < 4000: mode = .filter(text + String(letter))
    default: break
    }
    return []
  }

  // MARK: Drawing

  /// Which rows are what: two for the bar, one for what is shown, events, a head, threats, keys.
  private var layout: (eventRows: Int, threatRows: Int, detailRows: Int) {
    let rows = max(size.rows - 5, 2)
    let threats = min(max(rows / 4, 1), 10)
    return (max(rows - threats, 1), threats, max(size.rows - 4, 1))
  }

  func draw() -> Canvas {
    var canvas = Canvas(columns: size.columns, rows: size.rows)
    bar.draw(isPaused ? "martlet watch  PAUSED" : "martlet watch", on: &canvas)
    switch mode {
    case .list, .filter:
      drawLists(on: &canvas)
      drawPrompt(on: &canvas)
    case .detail(let told, let showsWhy, let top): drawDetail(told, showsWhy, top, on: &canvas)
    case .help: drawHelp(on: &canvas)
    }
    return canvas
  }

  private func drawLists(on canvas: inout Canvas) {
    var column = canvas.put(
      request.filter.isEmpty ? "EVENTS" : "EVENTS where ", 2, 1, isInThreats ? [] : .bold)
    column = canvas.put(request.filter, 2, column, .cyan)
    if dropped > 0 { canvas.put("  \(short(dropped)) left out: too fast to be shown", 2, column, .yellow) }
    draw(events, 3, layout.eventRows, isFocused: !isInThreats, on: &canvas) { canvas, row, line in
      canvas.put(String(line.time.prefix(12)), row, 1, .dim)
      canvas.put(styled: line.text, row, 14)
      if let rule = line.rules.first { canvas.put("▲", row, 0, Self.ink(rule)) }
    }
    let head = 3 + layout.eventRows
    canvas.put("THREATS", head, 1, isInThreats ? .bold : [])
    if threats.lines.isEmpty { canvas.put("none so far", head + 1, 14, .dim) }
    draw(threats, head + 1, layout.threatRows, isFocused: isInThreats, on: &canvas) { canvas, row, line in
      canvas.put(String(line.time.prefix(8)), row, 1, .dim)
      var column = 10
      for rule in line.rules {
        column = canvas.put("▲ ", row, column, Self.ink(rule))
        column = canvas.put(rule.text("severity"), row, column, Self.ink(rule)) + 1
        column = canvas.put(rule.text("id"), row, column, .bold) + 1
        column = canvas.put(rule.text("title"), row, column) + 2
      }
      canvas.put(styled: line.text, row, column, .dim)
    }
  }

  private func draw(
    _ pane: Pane, _ top: Int, _ rows: Int, isFocused: Bool, on canvas: inout Canvas,
    _ drawLine: (inout Canvas, Int, Line) -> Void
  ) {
    let (lines, chosen) = pane.shown(rows)
    for (offset, index) in lines.indices.enumerated() {
      drawLine(&canvas, top + offset, lines[index])
      if index == chosen, isFocused { canvas.paint(top + offset, .reverse) }
    }
  }

  private static func ink(_ rule: JSONObject) -> CellInk {
    switch rule.text("severity") {
    case "low": .color(4)
    case "medium": .yellow
    default: .red
    }
  }

  private func drawPrompt(on canvas: inout Canvas) {
    let row = canvas.rows - 1
    if case .filter(let text) = mode {
      if !refusal.isEmpty { canvas.put(refusal, row - 1, 1, .red) }
      let column = canvas.put("/", row, 1, .bold)
      // Of a long text the end is where one writes.
      let room = max(canvas.columns - column - 2, 1)
      let end = canvas.put(String(text.suffix(room)), row, column)
      canvas.put(" ", row, end, .reverse)
    } else if !refusal.isEmpty {
      canvas.put(refusal, row, 1, .red)
    } else {
      drawKeys(
        [
          ("↑↓", "choose"), ("enter", "open"), ("w", "why"), ("/", "filter"), ("tab", "other list"),
          ("p", isPaused ? "go on" : "pause"), ("h", "help"), ("q", "quit"),
        ], on: &canvas)
    }
  }

  /// The lines of what is told of an event.
  private func detailLines(_ told: JSONObject?, _ showsWhy: Bool) -> [String] {
    guard let told else { return ["…"] }
    var text = told.text("text")
    if showsWhy {
      let why = told.objects("why").map { rule in
        "\(rule.text("rule")) \(rule.truth("holds") ? "holds" : "would not hold now"):\n\n\(rule.text("text"))\n"
      }
      text = why.isEmpty ? "No rule matched this event.\n" : why.joined(separator: "\n")
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func drawDetail(_ told: JSONObject?, _ showsWhy: Bool, _ top: Int, on canvas: inout Canvas) {
    let lines = detailLines(told, showsWhy)
    for (row, line) in lines.dropFirst(top).prefix(layout.detailRows).enumerated() {
      canvas.put(styled: line, 3 + row, 1)
    }
    drawKeys(
      [("↑↓", "scroll"), ("w", showsWhy ? "the event" : "why its rules match"), ("esc", "back"), ("^C", "quit")],
      on: &canvas)
  }

  private func drawHelp(on canvas: inout Canvas) {
    let lines = [
      "Above, events as they come: what rules found, and what is rare enough to be read, or what the",
      "filter says. Below, all that rules found. A ▲ before an event: a rule matched it.",
      "",
      "↑ ↓ PgUp PgDn Home   choose a line, which then stays while others come",
      "End, Esc             follow the last lines again",
      "Tab                  go to the other list",
      "Enter                all that is known of the event",
      "w                    how the rules that it matched came to hold",
      "/                    show events for which a condition holds, as rules have it:",
      "                     exec.file.name == \"curl\" && process.uid == 0",
      "p, space             pause, go on: what happens meanwhile is not shown later",
      "q, Ctrl-C            quit",
      "",
      "Any key ends this help.",
    ]
    for (index, line) in lines.enumerated() { canvas.put(line, 3 + index, 2) }
  }
}
