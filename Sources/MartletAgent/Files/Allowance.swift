/// What may be used up of something: so much each second, and more at once after a pause.
struct Allowance {
  private let perSecond: Int64
  private let most: Int64
  private var left: Int64
  private var counted: Moment

  /// All of it is there at `now`.
  init(perSecond: Int64, atOnce most: Int64, now: Moment = .now) {
    self.perSecond = perSecond
    self.most = most
    left = most
    counted = now
  }

  /// What there is of it at `now`.
  mutating func available(at now: Moment = .now) -> Int64 {
    let milliseconds = (now - counted) / .milliseconds(1)
    let gained = milliseconds * Double(perSecond) / 1000
    // Less than one stays uncounted, so that many short looks lose nothing.
    guard gained >= 1 else { return left }
    left = gained >= Double(most - left) ? most : left + Int64(gained)
    counted = now
    return left
  }

  /// Uses some up. Below nothing, what comes next makes up for it first.
  mutating func use(_ amount: Int64) { left -= amount }
}
