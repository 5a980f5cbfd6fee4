/// When policies are told of again: at once after each load, then five times after a minute, then every ten minutes.
struct Heartbeat {
  private var next = Moment.now
  private var told = 0

  /// Whether it is time; then the next time is another.
  mutating func isDue(at now: Moment = .now) -> Bool {
    guard now >= next else { return false }
    next = now + (told < 5 ? .seconds(60) : .seconds(600))
    told += 1
    return true
  }
}
