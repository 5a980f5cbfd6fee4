/// How long to wait before the next attempt: twice as long each time, up to a bound, and a random part of that, so that
/// many hosts do not come back at once.
struct Backoff {
  var first: Duration = .milliseconds(200)
  var longest: Duration = .seconds(60)
  private var attempts = 0

  init(longest: Duration = .seconds(60)) {
    self.longest = longest
    first = min(first, longest)
  }

  /// The wait before the next attempt; `asked` is what the receiver asked for at least.
  mutating func next(asked: Duration?) -> Duration {
    let full = min(first * (1 << min(attempts, 20)), longest)
    attempts += 1
    let wait = full * Double.random(in: 0.5...1)
    guard let asked else { return wait }
    // Nobody may have us wait for ever.
    return min(max(asked, wait), .seconds(3600))
  }

  mutating func reset() { attempts = 0 }
}
