package import MartletModel

/// One line an event, for eyes: when, what kind, who → what, and the outcome if it was not a success.
///
///     +0.012 $ exec   id                 1234 → /usr/bin/id  id -u < sh < sshd
///            ▲ medium  identity_discovery  A process asked who it is  T1033
///
/// A line with a triangle tells of a rule that the event above it matched.
/// Times are seconds since the first event. Text of the watched system cannot break out of its line.
package struct CompactFormatter {
  private let style: ScreenStyle
  private var line = ScreenLine()
  private var start: Instant?

  package init(style: ScreenStyle) { self.style = style }

  /// Appends the line of an event, and one for each rule that it matched, their line feeds included.
  package mutating func append(_ event: Event, _ matches: [Match] = [], to output: inout [UInt8]) {
    if style.showsTime { addTime(event.time) }

    let beginning = line.columns
    line.add("\(event.type.sign) \(event.type.name)", event.type.ink)
    line.pad(from: beginning, to: max(9, line.columns - beginning + 1))

    addActor(event)
    line.add(" → ", .dim)
    line.add(whatOf: event)
    if event.activity.isAsync { line.add(" async", .yellow) }
    let outcome = Outcome(returnValue: event.activity.result)
    if outcome != .success { line.add(" → \(outcome.rawValue)", .red) }
    if event.type == .exec { line.add(ancestryOf: event.process) }
    line.end(style, to: &output)
    for match in matches {
      if style.showsTime { line.add(String(repeating: " ", count: 10)) }
      line.add(match.rule)
      line.end(style, to: &output)
    }
  }

  private mutating func addTime(_ time: Instant) {
    let start = start ?? time
    self.start = start
    let seconds = Elapsed(from: start, to: time).seconds
    let text = seconds.hasPrefix("-") ? seconds : "+" + seconds
    line.add(String(repeating: " ", count: max(0, 9 - text.count)) + text, .dim)
    line.add(" ")
  }

  private mutating func addActor(_ event: Event) {
    let beginning = line.columns
    line.add(word: event.process.comm.isEmpty ? "?" : event.process.comm, .bold)
    let pid = String(event.process.pid)
    // Room for the longest comm (15), a blank and the longest pid (7).
    let blanks = max(1, 23 - (line.columns - beginning) - pid.count)
    line.add(String(repeating: " ", count: blanks) + pid, .dim)
  }
}

extension ScreenLine {
  /// How many images of a lineage a line shows.
  private static let shownAncestors = 5

  /// ` < sh < sshd`: the images that led to this one, without the copies that forks made of them.
  fileprivate mutating func add(ancestryOf image: ProcessImage) {
    var shown = 0
    var next = image.ancestor
    while let ancestor = next {
      next = ancestor.ancestor
      if ancestor.isCopy { continue }
      guard shown < Self.shownAncestors else {
        add(" < …", .dim, .tail)
        return
      }
      add(tail: " < ", word: ancestor.comm.isEmpty ? "?" : ancestor.comm, .dim)
      shown += 1
    }
  }
}

extension ProcessImage {
  /// A fork made it, and it runs what its ancestor runs. Images that `/proc` told of are never known to be copies.
  var isCopy: Bool { isFork && source == .event && ancestor != nil }
}
