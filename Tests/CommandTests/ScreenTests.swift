import MartletSchema
import Testing

@testable import martlet

/// The full screens, as values: what keys and messages make of them.
struct ScreenTests {
  private func message(_ json: String) throws -> JSONObject {
    var reader = JSONReader()
    let bytes = Array(json.utf8)
    guard case .object(let object) = try unsafe reader.readValue(bytes.span.bytes) else { throw NoObject() }
    return object
  }
  private struct NoObject: Error {}

  private func stats(problems: String = "", lost: Int = 0) throws -> JSONObject {
    try message(
      """
      {"id": 1, "stats": {"time": "2026-11-26T09:00:05Z", "started": "2020-11-26T09:00:00Z", "processes": 12,
      "health": {"ok": true, "problems": [\(problems)]}, "ring": {"size": 1000, "waiting": 120},
      "usage": {"memory": 43253760, "agent_percent": 1.25, "probe_percent": 0.5}, "rules_loaded": 142,
      "events": [
        {"type": "exec", "per_second": 3, "lost_per_second": 0, "seen": 100, "emitted": 5, "filtered": 95, "lost": 0},
        {"type": "open", "per_second": 1234.5, "lost_per_second": 0, "seen": 2000000, "emitted": 1, "filtered": 7,
         "lost": \(lost)}],
      "busiest": [
        {"pid": 7, "comm": "make", "path": "/usr/bin/make", "container": "", "count": 900, "mostly": "open"},
        {"pid": 5, "comm": "\\u001b[2Jevil", "path": "/tmp/x", "container": "0123456789abcdef", "count": 10,
         "mostly": "exec"}],
      "rules": [{"id": "odd_program", "description": "Something odd", "matches": 3, "last": "2020-11-26T09:00:04Z"}]}}
      """)
  }

  private func event(_ number: Int, rule: String = "", stream: Int = 2) throws -> JSONObject {
    let rules =
      rule.isEmpty
      ? "" : #"{"id": "\#(rule)", "title": "Something odd", "severity": "high", "technique": "T1"}"#
    return try message(
      """
      {"id": \(stream), "number": \(number), "type": "exec", "time": "2026-11-26T09:00:05.123456789Z", "rules": [\(rules)],
       "text": "\\u001b[1mexec\\u001b[0m number \(number)\\n  rule line"}
      """)
  }

  // MARK: Canvas and painter

  @Test func `a canvas keeps to its edges, and shows nothing that a terminal would obey`() {
    var canvas = Canvas(columns: 8, rows: 2)
    canvas.put("0123456789", 0, 6)
    canvas.put("a\u{1b}[2Jb\u{202e}\n", 1)
    canvas.put("below", 2)
    #expect(canvas.text == "      01\na?[2Jb??")
  }

  @Test func `wide letters and marks take their columns`() {
    var canvas = Canvas(columns: 6, rows: 1)
    #expect(canvas.put("e\u{301}漢字x", 0) == 6)
    #expect(canvas.text == "e\u{301}漢字x")
    #expect(canvas.cells[2].text.isEmpty)
    var narrow = Canvas(columns: 2, rows: 1)
    narrow.put("a漢", 0)
    #expect(narrow.text == "a")
  }

  @Test func `colours of our formatters become those of cells`() {
    var canvas = Canvas(columns: 8, rows: 1)
    canvas.put(styled: "\u{1b}[1;31mab\u{1b}[0mc\u{1b}[7", 0, 0, .dim)
    #expect(canvas.text == "abc")
    #expect(canvas.cells[0].ink == [.dim, .bold, .red] && canvas.cells[2].ink == .dim)
  }

  @Test func `only what differs is painted`() {
    var painter = Painter(isASCII: false, isColored: true)
    var canvas = Canvas(columns: 10, rows: 2)
    canvas.put("one two", 0)
    #expect(painter.paint(canvas) == "\u{1b}[0m\u{1b}[2J\u{1b}[1;1H\u{1b}[0mone\u{1b}[1;5Htwo\u{1b}[0m")
    #expect(painter.paint(canvas) == "")
    canvas.put("x", 0, 5, .red)
    #expect(painter.paint(canvas) == "\u{1b}[1;6H\u{1b}[0;31mx\u{1b}[0m")
  }

  @Test func `a terminal that knows ASCII alone gets nothing else`() {
    var painter = Painter(isASCII: true, isColored: false)
    var canvas = Canvas(columns: 10, rows: 1)
    canvas.put("▲→└─é漢", 0, 0, .red)
    #expect(painter.paint(canvas) == "\u{1b}[0m\u{1b}[2J\u{1b}[1;1H\u{1b}[0m^>+-??\u{1b}[0m")
  }

  // MARK: Keys

  @Test(
    arguments: [
      ("a", [.letter("a")]), ("\r", [.enter]), ("\u{1b}", [.escape]), ("\u{1b}[A\u{1b}OB", [.up, .down]),
      ("\u{1b}[5~\u{1b}[6~", [.pageUp, .pageDown]), ("\u{1b}[1;5C", [.right]), ("\u{3}", [.control("c")]),
      ("é漢", [.letter("é"), .letter("漢")]), ("\u{1b}[99zq", [.letter("q")]), ("\u{1b}[", []),
      ("\u{7f}\t", [.backspace, .tab]),
    ] as [(String, [Key])])
  func `bytes of a terminal are keys`(text: String, keys: [Key]) { #expect(Key.keys(Array(text.utf8)) == keys) }

  @Test func `no bytes are too much for the reader of keys`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      _ = Key.keys(
        (0..<20).map { _ in [0x1b, 0x5b, UInt8.random(in: 0...255, using: &generator)].randomElement() ?? 0 })
    }
  }

  // MARK: top

  @Test func `top shows types, processes and rules, the busiest first`() throws {
    var top = TopScreen()
    #expect(top.draw().text.contains("waiting for the agent's numbers"))
    _ = top.take(try stats())
    let lines = top.draw().text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 24)
    #expect(lines[0].hasPrefix(" martlet top  up ") && lines[0].contains("  142 rules  12 processes"))
    #expect(lines[1] == " fine  1238 events/s  0 lost  agent 1.3 %  probes 0.5 %  41.3 MiB  ring 12 %")
    #expect(lines[3] == " EVENT                /s        SEEN   EMITTED  FILTERED      LOST")
    #expect(lines[4] == " open               1235        2.0M         1         7         0  ██████████")
    #expect(lines[5] == " exec                  3         100         5        95         0")
    #expect(lines[7] == "     PID  PROCESS             /s  MOSTLY        EXECUTABLE")
    #expect(lines[8] == "       7  make               900  open          /usr/bin/make")
    #expect(lines[9] == "       5  ?[2Jevil            10  exec          /tmp/x in 0123456789ab")
    #expect(lines.contains { $0.contains("        3") && $0.contains("odd_program  Something odd") })
    #expect(lines[23].hasPrefix(" q quit  s sort by events  p pause  h help"))
  }

  @Test func `top sorts, pauses, helps and quits`() throws {
    var top = TopScreen()
    _ = top.take(try stats())
    #expect(top.take(.letter("s")).isEmpty)
    let rows = top.draw().text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows[8].contains("evil") && rows[9].contains("make") && rows[23].contains("sort by pid"))
    _ = top.take(.letter("p"))
    _ = top.take(try stats(problems: #""all is lost""#))
    #expect(top.draw().text.contains("PAUSED") && !top.draw().text.contains("all is lost"))
    _ = top.take(.letter("p"))
    _ = top.take(try stats(problems: #""all is lost""#, lost: 17))
    #expect(top.draw().text.contains("! all is lost  ") && top.draw().text.contains("17 lost"))
    _ = top.take(.letter("h"))
    #expect(top.draw().text.contains("Any key ends this help."))
    #expect(top.take(.letter("x")).isEmpty && !top.draw().text.contains("Any key"))
    #expect(top.take(.letter("q")) == [.quit] && top.take(.control("c")) == [.quit])
  }

  @Test(arguments: [(80, 24), (200, 60), (40, 10), (1, 1), (81, 5)])
  func `screens draw themselves in any size`(columns: Int, rows: Int) throws {
    var top = TopScreen()
    _ = top.take(try stats())
    var watch = WatchScreen()
    begin(&watch)
    _ = watch.take(try message(#"{"id": 2, "result": {"types": [], "unseen": []}}"#))
    for number in 1...50 { _ = watch.take(try event(number, rule: number % 7 == 0 ? "odd" : "")) }
    top.fit(columns: columns, rows: rows)
    watch.fit(columns: columns, rows: rows)
    for key: Key in [.up, .pageUp, .home, .enter, .escape, .tab, .down, .letter("/"), .escape, .letter("h"), .end] {
      _ = watch.take(key)
      #expect(watch.draw().cells.count == columns * rows && top.draw().cells.count == columns * rows)
    }
  }

  // MARK: watch

  /// The stream 2 is that of events, 1002 that of what rules find.
  private func begin(_ watch: inout WatchScreen) {
    for (effect, id) in zip(watch.beginning, [1002, 2]) { watch.sent(effect, as: UInt64(id)) }
  }

  /// A watch that is told events.
  private func watch(_ filter: String = "") throws -> WatchScreen {
    var watch = WatchScreen(filter: filter)
    begin(&watch)
    _ = watch.take(try message(#"{"id": 2, "result": {"types": ["exec"], "unseen": []}}"#))
    return watch
  }

  private func lines(_ watch: WatchScreen) -> [String] {
    watch.draw().text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func `watch shows the last events, and threats below them`() throws {
    var watch = try watch()
    #expect(lines(watch)[19].contains("none so far"))
    for number in 1...40 { _ = watch.take(try event(number, rule: number == 3 ? "odd_program" : "")) }
    for number in 1...2 { _ = watch.take(try event(number, rule: number == 2 ? "odd_program" : "", stream: 1002)) }
    let shown = lines(watch)
    #expect(shown[2] == " EVENTS" && shown[18] == " THREATS")
    // Two rows of the bar, one head; then as many events as there is room for.
    #expect(shown[3].hasSuffix("exec number 26") && shown[17].hasSuffix("exec number 40"))
    #expect(shown[19].contains("▲ high odd_program Something odd  exec number 2"))
    #expect(shown[20].isEmpty)
    #expect(shown[23].contains("enter open"))
  }

  @Test func `a chosen line stays while others come`() throws {
    var watch = try watch()
    for number in 1...40 { _ = watch.take(try event(number)) }
    _ = watch.take(.up)
    _ = watch.take(.up)
    for number in 41...45 { _ = watch.take(try event(number)) }
    #expect(watch.take(.enter) == [.inspect(stream: 2, number: 39, columns: 80)])
    _ = watch.take(.escape)
    _ = watch.take(.end)
    #expect(lines(watch)[17].hasSuffix("exec number 45"))
    #expect(watch.take(.enter) == [.inspect(stream: 2, number: 45, columns: 80)])
  }

  @Test func `an event opens, tells why, and closes`() throws {
    var watch = try watch()
    _ = watch.take(try event(1, rule: "odd_program"))
    let effects = watch.take(.enter)
    watch.sent(try #require(effects.first), as: 3)
    _ = watch.take(
      try message(
        #"""
        {"id": 3, "result": {"text": "exec\n└─ process", "why": [{"rule": "odd_program", "holds": true, "text": "✓ all of"}]}}
        """#))
    #expect(lines(watch)[3] == " exec" && lines(watch)[4] == " └─ process")
    _ = watch.take(.letter("w"))
    #expect(lines(watch)[3] == " odd_program holds:" && lines(watch)[5] == " ✓ all of")
    _ = watch.take(.letter("q"))
    #expect(lines(watch)[2] == " EVENTS")
  }

  @Test func `a filter is asked for, and the old one goes on until the new one holds`() throws {
    var watch = try watch()
    _ = watch.take(try event(1))
    _ = watch.take(.letter("/"))
    for letter in "exec.x" { _ = watch.take(.letter(letter)) }
    #expect(lines(watch)[23] == " /exec.x")
    let effects = watch.take(.enter)
    guard case .subscribe(let request)? = effects.first, effects.count == 1 else {
      Issue.record("\(effects)")
      return
    }
    #expect(request.filter == "exec.x" && request.types == nil && request.keeps)
    watch.sent(effects[0], as: 4)
    _ = watch.take(try message(#"{"id": 4, "error": {"code": "filter", "message": "unknown field 'exec.x'"}}"#))
    #expect(lines(watch)[22].contains("unknown field 'exec.x'") && lines(watch)[23] == " /exec.x")
    _ = watch.take(try event(2))
    #expect(lines(watch).contains { $0.hasSuffix("number 2") })
    for effect in watch.take(.enter) { watch.sent(effect, as: 5) }
    #expect(
      watch.take(try message(#"{"id": 5, "result": {"types": ["exec"], "unseen": ["bpf"]}}"#)) == [.cancel(stream: 2)])
    #expect(lines(watch)[2] == " EVENTS where exec.x" && !lines(watch).contains { $0.contains("exec number") })
    #expect(lines(watch)[23].contains("the probes do not tell of bpf"))
    _ = watch.take(try event(9))
    #expect(!lines(watch).contains { $0.contains("number 9") })
    _ = watch.take(try event(10, stream: 5))
    #expect(lines(watch).contains { $0.hasSuffix("number 10") })
  }

  @Test func `what was left out is told, and a pause shows nothing new`() throws {
    var watch = try watch()
    _ = watch.take(try message(#"{"id": 2, "dropped": 12345}"#))
    #expect(lines(watch)[2].contains("12345 left out"))
    _ = watch.take(.letter("p"))
    _ = watch.take(try event(1))
    #expect(!lines(watch).contains { $0.contains("number 1") } && lines(watch)[0].contains("PAUSED"))
    _ = watch.take(.letter("p"))
    _ = watch.take(try event(2))
    #expect(lines(watch).contains { $0.contains("number 2") })
  }

  // MARK: Quantities

  @Test(
    arguments: [
      (0, "0"), (7, "7"), (0.25, "0.3"), (12.34, "12"), (99_999, "99999"), (100_000, "100k"), (1_234_567, "1.2M"),
      (999_499, "999k"), (.infinity, "?"), (-1, "?"), (1e20, "∞"),
    ] as [(Double, String)])
  func `counts are short`(count: Double, text: String) { #expect(short(count) == text) }

  @Test(arguments: [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (7200, "2 h"), (90_000, "1 d 1 h"), (-5, "0 s")])
  func `time spans have two units`(seconds: Int, text: String) { #expect(span(Int64(seconds)) == text) }
}
