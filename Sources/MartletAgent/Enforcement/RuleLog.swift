/// What `log` actions of rules write: so many lines a second, as who floods an agent must not flood its host's log as well.
struct RuleLog {
  private static let mostInSecond = 100
  private let log: ServiceLog
  private var second: Int64 = 0
  private var count = 0

  init(_ log: ServiceLog) { self.log = log }

  /// Writes a line, `now` being nanoseconds since 1970. Other words than those of levels write nothing.
  mutating func say(_ level: String, _ message: String, at now: Int64) {
    guard let level = ServiceLog.Level(word: level) else { return }
    let second = now / 1_000_000_000
    if second != self.second {
      if count > Self.mostInSecond {
        log.say(.warning, "\(count - Self.mostInSecond) more lines of rules were left out")
      }
      (self.second, count) = (second, 0)
    }
    count += 1
    if count <= Self.mostInSecond { log.say(level, message) }
  }
}

extension ServiceLog.Level {
  fileprivate init?(word: String) {
    switch word.lowercased() {
    case "debug": self = .debug
    case "info": self = .note
    case "warning": self = .warning
    case "error": self = .error
    default: return nil
    }
  }
}
