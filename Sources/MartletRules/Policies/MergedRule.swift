import SECL

/// A rule as all accepted entries with its id make it.
struct MergedRule {
  /// The entry that came first: no later one changes its expression.
  let first: RuleEntry
  /// Number of the policy that the expression stands in.
  let source: Int
  /// Number of the policy that the rule is reported under.
  private(set) var policy: Int
  /// All but the expression.
  private(set) var properties: RuleEntry
  /// Where the actions stand, for messages: number of the policy of each.
  private(set) var actionSources: [Int]
  private(set) var isDisabled: Bool
  /// Numbers of the policies with further entries.
  private(set) var modifiedBy: [Int] = []
  /// Enabled minus disabled further entries.
  private var balance = 0
  /// Whether the rule's policy, at the moment, is a default one.
  private var isOfDefault: Bool

  init(_ entry: RuleEntry, of policy: Int, isDefault: Bool) {
    first = entry
    source = policy
    self.policy = policy
    properties = entry
    actionSources = entry.actions.map { _ in policy }
    isDisabled = entry.isDisabled
    isOfDefault = isDefault
  }

  /// Where it stands, for messages about the whole of it.
  var place: SourcePosition { first.id?.start ?? first.position }

  /// Takes in a further entry with the rule's id, and says whether that could change anything.
  mutating func merge(_ entry: RuleEntry, of policy: Int, isDefault: Bool) -> Bool {
    balance += entry.isDisabled ? -1 : 1
    if entry.isOverride, !entry.isDisabled {
      override(by: entry, of: policy, isDefault: isDefault)
    } else if !entry.isOverride, entry.isDisabled == isDisabled {
      return false
    }
    if isDisabled || isOfDefault && !isDefault && (!entry.isDisabled || balance < 0) {
      isDisabled = entry.isDisabled
      move(to: policy, isDefault: isDefault)
    }
    modifiedBy.append(policy)
    return true
  }

  /// Takes out the actions that `isUnusable` says so of, which is given the number of each one's policy too.
  mutating func removeActions(where isUnusable: (ActionEntry, Int) -> Bool) {
    let kept = zip(properties.actions, actionSources).filter { !isUnusable($0, $1) }
    properties.actions = kept.map(\.0)
    actionSources = kept.map(\.1)
  }

  private mutating func override(by entry: RuleEntry, of policy: Int, isDefault: Bool) {
    let fields = entry.overriddenFields
    if fields.contains("all") {
      guard isOfDefault else { return }
      properties = entry
      actionSources = entry.actions.map { _ in policy }
      move(to: policy, isDefault: isDefault)
      return
    }
    if fields.contains("actions") {
      for action in entry.actions where !properties.actions.contains(where: action.isEqual) {
        properties.actions.append(action)
        actionSources.append(policy)
      }
    }
    if fields.contains("every") { properties.every = entry.every }
    if fields.contains("tags") { properties.tags.merge(entry.tags) { _, new in new } }
    if fields.contains("product_tags") { properties.productTags = entry.productTags }
    if !fields.isDisjoint(with: ["actions", "every", "tags"]) { move(to: policy, isDefault: isDefault) }
  }

  private mutating func move(to policy: Int, isDefault: Bool) {
    self.policy = policy
    isOfDefault = isDefault
  }
}
