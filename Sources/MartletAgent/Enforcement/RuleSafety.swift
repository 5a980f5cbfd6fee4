import MartletRules

/// Keeps one rule from killing too widely.
///
/// A rule that is right meets few executables, and in few containers; one that is wrong meets all. So each may meet only so
/// many within a while. In its first while it kills nobody yet: what it would have killed waits for the end of that.
struct RuleSafety {
  typealias Disarmer = Action.Kill.Disarmer

  /// What is to become of a match.
  enum Verdict: Hashable {
    case act
    /// Not before the end of the first while.
    case wait
    /// Nothing, until all that it met is forgotten.
    case disarmed(Disarmer)
    /// Nothing, until policies are loaded anew; and nothing that waits.
    case dismantled(Disarmer)
  }

  private let limits: [Disarmer: Int]
  private let period: Duration
  /// What was met, and when that is forgotten.
  private var met: [Disarmer: [String: Moment]] = [:]
  private var refusal: Verdict?
  /// When what waits may be done.
  let start: Moment

  /// For a rule that holds for the first time.
  init(_ options: EnforcementOptions, now: Moment) {
    limits = options.limits.filter { $0.value > 0 }
    period = options.period
    start = limits.isEmpty ? now : now + options.period
  }

  /// Takes note of what the rule has met, and says what follows.
  mutating func meet(_ keys: [Disarmer: String], now: Moment) -> Verdict {
    for (disarmer, known) in met { met[disarmer] = known.filter { $0.value > now } }
    if case .disarmed = refusal, met.values.allSatisfy(\.isEmpty) { refusal = nil }
    if let refusal { return refusal }
    for (disarmer, key) in keys.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let limit = limits[disarmer] else { continue }
      if met[disarmer]?[key] == nil, met[disarmer]?.count ?? 0 >= limit {
        let verdict = now < start ? Verdict.dismantled(disarmer) : .disarmed(disarmer)
        refusal = verdict
        return verdict
      }
      met[disarmer, default: [:]][key] = now + period
    }
    return now < start && keys.keys.contains { limits[$0] != nil } ? .wait : .act
  }
}
