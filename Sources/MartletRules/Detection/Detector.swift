public import SECL

/// A rule that held for an event, with what is to be told of it.
public struct Detection: Sendable {
  /// The rule.
  public let rule: Rule
  /// Whether it is told at all: the rule is not silent, and its limit not reached. Its actions are done in any case.
  public let isSent: Bool
  /// The variables of each scope that the event has, after the rule's own set actions; none if it is not told.
  public let variables: [VariableDefinition.Scope: [ShownVariable]]
  /// The actions other than set whose conditions hold, in order, for whoever was reported to.
  public let actions: [Action.Kind]
}

/// How often a rule held.
package struct RuleActivity: Hashable, Sendable {
  package private(set) var matches: UInt64 = 0
  /// When it last did, in nanoseconds since 1970.
  package private(set) var last: Int64?

  mutating func note(_ now: Int64) {
    matches &+= 1
    last = now
  }
}

/// Asks the rules of one set about event after event, and keeps what they remember in between: variables and how often
/// they matched. Belongs to one thread; a reload starts with a new one.
public final class Detector {
  /// What happened so far.
  public struct Counts: Hashable, Sendable {
    /// Rules that held.
    public var matches: UInt64 = 0
    /// Matches of silent rules.
    public var silent: UInt64 = 0
    /// Matches that were dropped as too many.
    public var limited: UInt64 = 0
    /// Set actions that could not be done.
    public var failedActions: UInt64 = 0
  }

  /// The rules.
  public let ruleSet: RuleSet
  /// What happened so far.
  public private(set) var counts = Counts()
  private let variables: VariableStore
  private let questions: [String: Questions]
  /// The type of the last event and its questions: most events are of the type of the one before.
  private var asked: (type: String, questions: Questions?) = ("", nil)
  /// The reader of the last event: most read a whole stream.
  private var scoped: ScopedEvent?
  /// How often each rule held, and when last, in nanoseconds since 1970.
  private var activities: [ObjectIdentifier: RuleActivity] = [:]
  private var limiters: [ObjectIdentifier: RateLimiter]
  private var nextCleaning = Int64.min

  /// Nanoseconds between two removals of what has expired.
  private static let cleaningInterval: Int64 = 300_000_000_000

  /// A detector of the rules of `ruleSet` that has seen nothing.
  public init(_ ruleSet: RuleSet) {
    self.ruleSet = ruleSet
    variables = VariableStore(ruleSet.variables)
    questions = Dictionary(
      uniqueKeysWithValues: ruleSet.questions.map { ($0, Questions($1, index: ruleSet.indices[$0])) })
    limiters = Dictionary(
      ruleSet.rules.map { (ObjectIdentifier($0), RateLimiter($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Processes, containers and cgroups whose variables were dropped for want of room.
  public var evictedOwners: UInt64 { variables.evictions }

  /// Asks all rules about `event`, which is of the type called `type`, sets what those that hold want set, and calls
  /// `report` for each match that is to be sent or wants something else done.
  public func inspect(
    _ event: any EventReader, type: String, scopes: any EventScopes, report: (Detection) -> Void
  ) {
    if asked.type != type { asked = (type, questions[type]) }
    guard let questions = asked.questions else { return }
    variables.removeEnded()
    if event.now >= nextCleaning {
      variables.removeExpired(now: event.now)
      nextCleaning = event.now.adding(orLast: Self.cleaningInterval)
    }
    if scoped?.event !== event || scoped?.scopes !== scopes {
      scoped = ScopedEvent(event: event, scopes: scopes, variables: variables)
    }
    guard let scoped else { return }
    var last: Rule?
    questions.ask(event, scoped) { rule in
      // A rule that stands for two ways of renaming is still one rule.
      guard rule !== last else { return }
      last = rule
      let detection = react(rule, scoped)
      if detection.isSent || !detection.actions.isEmpty { report(detection) }
    }
  }

  /// Drops what is remembered of a process image.
  public func forget(processImage: UInt64) { variables.forget(processImage: processImage) }

  /// Drops what is remembered of a container.
  public func forget(container: String) { variables.forget(container: container) }

  /// Drops what is remembered of a control group.
  public func forget(cgroup: String) { variables.forget(cgroup: cgroup) }

  // MARK: For those who look closer

  /// How often `rule` held, and when last.
  package func activity(of rule: Rule) -> RuleActivity { activities[ObjectIdentifier(rule)] ?? RuleActivity() }

  /// How `rule` comes to its answer about `event`, with what rules remember now, which may be more than when it was asked.
  /// Of several ways in which it could hold, the one that it comes nearest by; nil if it is not about such events.
  package func explanation(of rule: Rule, about event: LiveEvent) -> Explanation? {
    let scoped = ScopedEvent(event: event, scopes: event.scopes, variables: variables)
    scoped.rule = rule
    let context = ReaderContext(scoped)
    return FileWrites.expanded(rule.expression).compactMap { try? ruleSet.scope.outline(rule: $0) }
      .filter { $0.program.eventType == event.event.type.name }
      .map { $0.explanation(in: context) }
      .max { $0.nearness < $1.nearness }
  }

  /// Asks all rules as `inspect` does and tells more: calls `asking` before each is asked, with its number among the
  /// questions about the type, and `held` for each that holds.
  func examine(
    _ event: any EventReader, type: String, scopes: any EventScopes,
    asking: (Int, any EvaluationContext) -> Void, held: (Detection) -> Void
  ) {
    variables.removeEnded()
    let scoped = ScopedEvent(event: event, scopes: scopes, variables: variables)
    var last: Rule?
    for (number, question) in (ruleSet.questions[type] ?? []).enumerated() {
      scoped.rule = question.rule
      let context = ReaderContext(scoped)
      asking(number, context)
      guard question.program.holds(in: context), question.rule !== last else { continue }
      last = question.rule
      held(react(question.rule, scoped))
    }
  }

  /// Gives the variable of that number among those of the rule set a value, as a set action would.
  func assign(_ value: Value, toVariable number: Int, scopes: some EventScopes, now: Int64) -> Bool {
    variables.set(number, to: value, scopes: scopes, now: now)
  }

  // MARK: A match

  /// Sets what `rule` wants set on a match, and says what else is to be done.
  private func react(_ rule: Rule, _ event: ScopedEvent) -> Detection {
    counts.matches &+= 1
    activities[ObjectIdentifier(rule), default: RuleActivity()].note(event.now)
    let event = event.asked(for: rule)
    for action in rule.actions {
      guard case .set(let assignment) = action.kind else { continue }
      guard set(assignment, if: action.filter, event) else {
        counts.failedActions &+= 1
        break
      }
    }
    let context = ReaderContext(event)
    let actions = rule.actions.filter { action in
      if case .set = action.kind { return false }
      return action.filter?.holds(in: context) ?? true
    }
    var shown: [VariableDefinition.Scope: [ShownVariable]] = [:]
    let isSent = isSent(rule, context)
    if isSent {
      for scope in VariableDefinition.Scope.allCases {
        shown[scope] = variables.shown(scope, scopes: event, now: event.now)
      }
    }
    return Detection(rule: rule, isSent: isSent, variables: shown, actions: actions.map(\.kind))
  }

  private func isSent(_ rule: Rule, _ context: some EvaluationContext) -> Bool {
    if rule.isSilent {
      counts.silent &+= 1
      return false
    }
    if limiters[ObjectIdentifier(rule)]?.admits(context) ?? true { return true }
    counts.limited &+= 1
    return false
  }

  /// Whether a set action could be done, or its condition did not hold.
  private func set(_ assignment: Action.Assignment, if filter: Program?, _ event: ScopedEvent) -> Bool {
    defer { event.images = nil }
    if let field = assignment.scopeField, case .int(let pid) = ReaderContext(event).value(of: field) {
      event.images = event.images(ofPID: pid)
    }
    let context = ReaderContext(event)
    guard filter?.holds(in: context) ?? true else { return true }
    guard !assignment.appendsToScalar else { return false }
    let value =
      switch assignment.source {
      case .constant(let value): value
      case .program(let program): program.value(in: context)
      }
    return variables.set(assignment.variable, to: value, scopes: event, now: event.now)
  }
}
