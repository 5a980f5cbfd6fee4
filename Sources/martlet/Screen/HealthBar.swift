import MartletSchema

/// What both screens say at the top of the agent, from its last numbers.
struct HealthBar {
  /// The last message of the stream of numbers.
  var stats: JSONObject?

  /// Takes a message if it is one with numbers.
  mutating func take(_ message: JSONObject) -> Bool {
    guard let stats = message["stats"]?.object else { return false }
    self.stats = stats
    return true
  }

  var eventsPerSecond: Double { sum("per_second") }
  var lostPerSecond: Double { sum("lost_per_second") }

  private func sum(_ name: String) -> Double {
    stats?.objects("events").reduce(0) { $0 + $1.real(name) } ?? 0
  }

  private var lost: UInt64 { stats?.objects("events").reduce(0) { $0 &+ $1.number("lost") } ?? 0 }

  /// Draws it in two rows, the first of which is a bar with a title.
  func draw(_ title: String, on canvas: inout Canvas) {
    let end = canvas.put(" \(title)", 0, 0, .bold)
    guard let stats else {
      canvas.put("  waiting for the agent's numbers", 0, end)
      return canvas.paint(0, .reverse)
    }
    let problems = stats.object("health").texts("problems")
    let started = ToldTime(stats["started"])?.ago ?? "?"
    var column = canvas.put("  up \(started)", 0, end)
    column = canvas.put("  \(stats.number("rules_loaded")) rules  \(stats.number("processes")) processes  ", 0, column)
    let time = ToldTime(stats["time"]).map { String($0.ofDay.prefix(8)) + " " } ?? ""
    if column < canvas.columns - time.count { canvas.put(time, 0, canvas.columns - time.count) }
    canvas.paint(0, .reverse)

    let (usage, ring) = (stats.object("usage"), stats.object("ring"))
    let full = Double(ring.number("waiting")) / Double(max(ring.number("size"), 1)) * 100
    var parts: [(String, CellInk)] = [problems.isEmpty ? ("fine", .green) : ("! \(problems[0])", .red)]
    if problems.count > 1 { parts.append(("and \(problems.count - 1) more", .red)) }
    let plain: CellInk = []
    parts += [
      ("\(short(eventsPerSecond)) events/s", plain), ("\(short(lost)) lost", lost == 0 ? plain : .red),
      ("agent \(decimal(usage.real("agent_percent"), 1)) %", plain),
      ("probes \(decimal(usage.real("probe_percent"), 1)) %", plain), (size(usage.number("memory")), plain),
      ("ring \(decimal(full, 0)) %", full < 50 ? plain : .yellow),
    ]
    column = 1
    for (index, part) in parts.enumerated() {
      column = canvas.put(part.0, 1, column, part.1, width: index == 0 ? canvas.columns / 2 : .max) + 2
    }
  }
}

/// The last row of a screen: keys, and what they do.
func drawKeys(_ keys: [(key: String, meaning: String)], on canvas: inout Canvas) {
  var column = 1
  for (key, meaning) in keys {
    column = canvas.put(key, canvas.rows - 1, column, .bold)
    column = canvas.put(" \(meaning)  ", canvas.rows - 1, column, .dim)
  }
}
