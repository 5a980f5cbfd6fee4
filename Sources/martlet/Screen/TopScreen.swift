import MartletSchema

/// `martlet top`: what happens on the host by type of event, process and rule, and what is lost of it.
struct TopScreen: LiveScreen {
  /// What processes are sorted by.
  private enum Order: CaseIterable {
    case count, pid, name

    var text: String {
      switch self {
      case .count: "events"
      case .pid: "pid"
      case .name: "name"
      }
    }
  }

  private var bar = HealthBar()
  private var order = Order.count
  private var isPaused = false
  private var showsHelp = false
  private var size = (columns: 80, rows: 24)

  mutating func fit(columns: Int, rows: Int) { size = (columns, rows) }

  mutating func take(_ message: JSONObject) -> [ScreenEffect] {
    if !isPaused { _ = bar.take(message) }
    return []
  }

  mutating func sent(_ effect: ScreenEffect, as id: UInt64) {}

  mutating func take(_ key: Key) -> [ScreenEffect] {
    switch key {
    case .control("c"), .letter("q"): return [.quit]
    case _ where showsHelp: showsHelp = false
    case .letter("h"), .letter("?"): showsHelp = true
    case .letter("p"), .letter(" "): isPaused.toggle()
    case .letter("s"):
      let all = Order.allCases
      order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
    default: break
    }
    return []
  }

  // MARK: Drawing

  func draw() -> Canvas {
    var canvas = Canvas(columns: size.columns, rows: size.rows)
    bar.draw(isPaused ? "martlet top  PAUSED" : "martlet top", on: &canvas)
    if showsHelp {
      drawHelp(on: &canvas)
    } else if let stats = bar.stats {
      drawTables(stats, on: &canvas)
    }
    drawKeys(
      [("q", "quit"), ("s", "sort by \(order.text)"), ("p", isPaused ? "go on" : "pause"), ("h", "help")], on: &canvas)
    return canvas
  }

  private func drawTables(_ stats: JSONObject, on canvas: inout Canvas) {
    let types = stats.objects("events").sorted {
      ($1.real("per_second"), $1.number("seen")) < ($0.real("per_second"), $0.number("seen"))
    }
    let rules = stats.objects("rules").sorted { $1.text("last") < $0.text("last") }
    // Below the two rows of the bar: three heads, each after a blank row, and the keys below a blank row.
    let rows = max(canvas.rows - 2 - 6 - 2, 3)
    let typeRows = min(types.count, max(rows * 2 / 5, 1))
    let ruleRows = min(max(rules.count, 1), max(rows / 5, 1))
    var row = 3
    drawTypes(types.prefix(typeRows), row, on: &canvas)
    row += 2 + typeRows
    let processRows = max(rows - typeRows - ruleRows, 1)
    drawProcesses(sorted(stats.objects("busiest")).prefix(processRows), row, on: &canvas)
    row += 2 + processRows
    drawRules(rules.prefix(ruleRows), row, on: &canvas)
  }

  private func sorted(_ processes: [JSONObject]) -> [JSONObject] {
    switch order {
    case .count: processes
    case .pid: processes.sorted { $0.number("pid") < $1.number("pid") }
    case .name: processes.sorted { ($0.text("comm"), $0.number("pid")) < ($1.text("comm"), $1.number("pid")) }
    }
  }

  private func drawTypes(_ types: ArraySlice<JSONObject>, _ row: Int, on canvas: inout Canvas) {
    let names = ["seen", "emitted", "filtered", "lost"]
    drawHead(
      [("EVENT", 1), ("/s", -24)] + names.enumerated().map { ($1.uppercased(), -36 - $0 * 10) }, row, on: &canvas)
    let most = max(types.first?.real("per_second") ?? 0, 1)
    for (index, type) in types.enumerated() {
      let row = row + 1 + index
      canvas.put(type.text("type"), row, 1, width: 15)
      right(short(type.real("per_second")), row, 24, on: &canvas)
      for (index, name) in names.enumerated() {
        let isLost = name == "lost" && type.number(name) > 0
        right(short(type.number(name)), row, 36 + index * 10, isLost ? .red : [], on: &canvas)
      }
      let width = max(canvas.columns - 70, 0)
      let bar = Int(Double(width) * min(type.real("per_second") / most, 1))
      canvas.put(String(repeating: "█", count: max(bar, 0)), row, 68, .cyan)
    }
  }

  private func drawProcesses(_ processes: ArraySlice<JSONObject>, _ row: Int, on canvas: inout Canvas) {
    drawHead([("PID", -8), ("PROCESS", 10), ("/s", -32), ("MOSTLY", 34), ("EXECUTABLE", 48)], row, on: &canvas)
    for (index, process) in processes.enumerated() {
      let row = row + 1 + index
      right("\(process.number("pid"))", row, 8, .dim, on: &canvas)
      canvas.put(process.text("comm"), row, 10, .bold, width: 16)
      right(short(process.number("count")), row, 32, on: &canvas)
      canvas.put(process.text("mostly"), row, 34, width: 13)
      let column = canvas.put(process.text("path"), row, 48)
      let container = process.text("container")
      if !container.isEmpty { canvas.put(" in \(container.prefix(12))", row, column, .dim) }
    }
  }

  private func drawRules(_ rules: ArraySlice<JSONObject>, _ row: Int, on canvas: inout Canvas) {
    drawHead([("MATCHES", -9), ("LAST", 11), ("RULE", 25)], row, on: &canvas)
    if rules.isEmpty { canvas.put("no rule has matched yet", row + 1, 11, .dim) }
    for (index, rule) in rules.enumerated() {
      let row = row + 1 + index
      right(short(rule.number("matches")), row, 9, on: &canvas)
      canvas.put(ToldTime(rule["last"]).map { "\($0.ago) ago" } ?? "", row, 11, .dim, width: 13)
      let column = canvas.put(rule.text("id"), row, 25, .yellow)
      canvas.put("  " + rule.text("description"), row, column)
    }
  }

  /// Heads of columns: at a column, or, where that is negative, before it.
  private func drawHead(_ heads: [(String, Int)], _ row: Int, on canvas: inout Canvas) {
    for (head, column) in heads {
      if column < 0 { right(head, row, -column, .bold, on: &canvas) } else { canvas.put(head, row, column, .bold) }
    }
  }

  /// Puts a text that ends before a column.
  private func right(_ text: String, _ row: Int, _ column: Int, _ ink: CellInk = [], on canvas: inout Canvas) {
    canvas.put(text, row, max(column - text.count, 0), ink)
  }

  private func drawHelp(on canvas: inout Canvas) {
    let lines = [
      "The first line of numbers: events that the probes see in a second, all that were lost since",
      "the start, and what agent and probes take of one processor.",
      "",
      "Events      by type. Seen in the kernel; emitted: written; filtered: nobody asked; lost.",
      "Processes   the busiest of the last second, by events that reached the agent.",
      "Rules       those that matched since they were loaded, the last one first.",
      "",
      "s           sort processes by events, pid or name",
      "p, space    pause, go on",
      "q, Ctrl-C   quit",
      "",
      "Any key ends this help.",
    ]
    for (index, line) in lines.enumerated() { canvas.put(line, 3 + index, 2) }
  }
}
