import SECL

/// A bucket of tokens, kept as the time at which it will be full again.
struct TokenBucket: Sendable {
  private var full = Int64.min

  /// Whether there is a token at `now`, which is then taken.
  mutating func take(_ limit: RateLimit, now: Int64) -> Bool {
    guard full <= now.adding(orLast: limit.reserve) else { return false }
    full = max(full, now).adding(orLast: limit.interval)
    return true
  }
}

extension RateLimit {
  /// Nanoseconds in which a full bucket of all tokens but one fills.
  fileprivate var reserve: Int64 {
    let (product, overflow) = interval.multipliedReportingOverflow(by: burst - 1)
    return overflow ? .max : product
  }
}

extension Int64 {
  /// The sum with a duration that is not negative; the last instant if there is no such.
  func adding(orLast duration: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(duration)
    return overflow ? .max : sum
  }
}

/// Decides which matches of one rule are sent.
struct RateLimiter {
  /// Combinations of values that have a bucket of their own.
  static let mostCombinations = 500

  private let limit: RateLimit
  private let fields: [Field]
  private var bucket = TokenBucket()
  private var buckets = RecencyMap<[Value], TokenBucket>(capacity: mostCombinations)

  init(_ rule: Rule) {
    limit = rule.limit
    fields = rule.limiterFields
  }

  /// Whether the match of the event in `context` is sent.
  mutating func admits(_ context: some EvaluationContext) -> Bool {
    guard !fields.isEmpty else { return bucket.take(limit, now: context.now) }
    let key = fields.map { context.value(of: $0) }
    var bucket = buckets[key] ?? TokenBucket()
    let isAdmitted = bucket.take(limit, now: context.now)
    buckets.touch(key, bucket)
    return isAdmitted
  }
}
