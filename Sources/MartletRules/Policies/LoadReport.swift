import SECL

/// What became of each policy and each of its rules.
public struct LoadReport: Sendable {
  /// What became of the policies, in the order in which they were processed; those that could not be read come last.
  public private(set) var policies: [PolicyReport] = []
  /// All that is wrong or odd, by file and place.
  public private(set) var diagnostics: [PolicyDiagnostic] = []
  private var unreadable: [PolicyReport] = []

  /// A report of nothing.
  init() {}

  /// Rules that loaded, each counted once.
  public var loadedRules: Int { policies.reduce(0) { $0 + $1.rules.count { $0.status == .loaded && $0.isOwn } } }

  /// What is wrong.
  public var errors: Int { diagnostics.count { $0.severity == .error } }

  /// What is probably not meant so.
  public var warnings: Int { diagnostics.count { $0.severity == .warning } }

  /// Whether a file of policies could not be used at all.
  public var hasUnusableFile: Bool { diagnostics.contains { $0.severity == .error && $0.kind == .policy } }

  // MARK: While loading

  mutating func note(_ diagnostic: PolicyDiagnostic) { diagnostics.append(diagnostic) }

  mutating func fail(_ source: PolicySource, _ mistake: PolicyDiagnostic) {
    note(mistake)
    var policy = PolicyReport(name: source.name, source: source.origin)
    policy.status = .error
    policy.message = mistake.message
    unreadable.append(policy)
  }

  mutating func add(_ policy: Policy) {
    var report = PolicyReport(name: policy.name, source: policy.origin)
    report.version = policy.version
    report.replacedPolicy = policy.replacedPolicy
    policies.append(report)
    diagnostics += policy.warnings
    guard policy.rules.isEmpty, policy.macros.isEmpty, !policy.isDefault else { return }
    let mistake = policy.text.diagnostic(
      .policy, "the policy has neither rules nor macros", at: SourcePosition(line: 1, column: 1), severity: .warning)
    note(mistake)
    policies[policies.count - 1].status = .error
    policies[policies.count - 1].message = mistake.message
  }

  /// An entry that takes no part, as it is wrong in itself.
  mutating func reject(_ entry: RuleEntry, of policy: Int, _ mistakes: [PolicyDiagnostic]) {
    var report = RuleReport(entry, version: policies[policy].version)
    report.reject(mistakes)
    diagnostics += mistakes
    policies[policy].rules.append(report)
  }

  /// An entry that takes no part on this host.
  mutating func filter(_ entry: RuleEntry, of policy: Int, _ reason: RuleReport.FilterType) {
    var report = RuleReport(entry, version: policies[policy].version)
    report.status = .filtered
    report.filterType = reason
    report.message = reason.message
    policies[policy].rules.append(report)
  }

  /// A rule that loaded. Returns what there is to know about it all the same.
  mutating func load(
    _ rule: MergedRule, programs: [Program], _ conditions: LoadingConditions
  ) -> [(kind: PolicyDiagnostic.Kind, message: String)] {
    var notes: [(kind: PolicyDiagnostic.Kind, message: String)] = []
    let types = Set(programs.compactMap(\.eventType))
    let names = types.sorted().joined(separator: ", ")
    if let produced = conditions.producedTypes, types.isDisjoint(with: produced) {
      notes.append((.lint(.notProduced), "no event of type \(names) is produced yet"))
    } else if let reason = conditions.absentTypes[names] {
      notes.append((.lint(.notProduced), "no event of type \(names) comes on this kernel: \(reason)"))
    }
    var undone: Set<String> = []
    for (action, policy) in zip(rule.properties.actions, rule.actionSources) {
      guard let name = action.sections.first?.name,
        let reason = conditions.reason(against: name, of: policies[policy].source)
      else { continue }
      undone.insert("action \(name) is left out: \(reason)")
    }
    notes += undone.sorted().map { (.lint(.undoneAction), $0) }
    list(rule) { $0.message = notes.map(\.message).joined(separator: "; ") }
    return notes
  }

  /// A rule that cannot be used, whatever entries it is made of.
  mutating func reject(_ rule: MergedRule, _ mistakes: [PolicyDiagnostic]) {
    diagnostics += mistakes
    list(rule) { $0.reject(mistakes) }
  }

  /// Lists a rule under its policy, and under each other that has an entry for it.
  private mutating func list(_ rule: MergedRule, _ change: (inout RuleReport) -> Void) {
    var report = RuleReport(rule.first, version: policies[rule.policy].version)
    if rule.policy != rule.source { report.place = .last }
    report.take(rule.properties)
    report.modifiedBy = rule.modifiedBy.map { policies[$0].identity }
    change(&report)
    policies[rule.policy].rules.append(report)
    report.isOwn = false
    report.place = .last
    var listed: Set<Int> = [rule.policy]
    for other in [rule.source] + rule.modifiedBy where listed.insert(other).inserted {
      policies[other].rules.append(report)
    }
  }

  mutating func finish() {
    for index in policies.indices where policies[index].status != .error {
      policies[index].rules.sort {
        ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column)
      }
      policies[index].judge()
    }
    policies += unreadable
    unreadable = []
    sortDiagnostics()
  }

  /// Adds what a closer look at the rules found.
  mutating func note(_ more: [PolicyDiagnostic]) {
    diagnostics += more
    sortDiagnostics()
  }

  private mutating func sortDiagnostics() {
    diagnostics.sort {
      ($0.file, $0.position.line, $0.position.column) < ($1.file, $1.position.line, $1.position.column)
    }
  }
}

/// What became of one policy.
public struct PolicyReport: Sendable {
  /// What became of a policy as a whole.
  public enum Status: String, Sendable {
    case loaded
    /// A rule was rejected.
    case partiallyLoaded = "partially_loaded"
    /// A rule was filtered, none rejected.
    case partiallyFiltered = "partially_filtered"
    case fullyRejected = "fully_rejected"
    case fullyFiltered = "fully_filtered"
    /// It could not be read.
    case error
  }

  /// A policy as others name it.
  public struct Identity: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its version.
    public let version: String
    /// Who provides it.
    public let source: PolicySource.Origin
  }

  /// Its name.
  public let name: String
  /// Who provides it.
  public let source: PolicySource.Origin
  /// Its version.
  public internal(set) var version = ""
  /// The policy that it takes the place of.
  public internal(set) var replacedPolicy = ""
  /// What became of it.
  public internal(set) var status = Status.loaded
  /// Why it could not be read.
  public internal(set) var message = ""
  /// Its rules.
  public internal(set) var rules: [RuleReport] = []

  init(name: String, source: PolicySource.Origin) {
    self.name = name
    self.source = source
  }

  var identity: Identity { Identity(name: name, version: version, source: source) }

  mutating func judge() {
    let hasLoaded = rules.contains { $0.status == .loaded }
    let isRejected = rules.contains { $0.status != .loaded && $0.status != .filtered }
    let isFiltered = rules.contains { $0.status == .filtered }
    if !hasLoaded, let first = rules.first {
      status = first.status == .filtered ? .fullyFiltered : .fullyRejected
    } else {
      status = isRejected ? .partiallyLoaded : isFiltered ? .partiallyFiltered : .loaded
    }
  }
}

/// What became of one rule.
public struct RuleReport: Sendable {
  /// What became of a rule.
  public enum Status: String, Sendable {
    case loaded
    case filtered
    case syntaxError = "syntax_error"
    case agentVersionError = "agent_version_error"
    case error
  }

  /// What a rule was filtered by.
  public enum FilterType: String, Sendable {
    case agentVersion = "agent_version"
    case ruleFilter = "rule_filter"

    var message: String {
      switch self {
      case .agentVersion: "its agent_version is for other versions"
      case .ruleFilter: "none of its filters holds on this host"
      }
    }
  }

  /// Its id; empty if it has none.
  public let id: String
  /// The version of its policy.
  public let version: String
  /// What it asks.
  public let expression: String
  /// What became of it.
  public internal(set) var status = Status.loaded
  /// Why it did not load, or what there is to know though it did.
  public internal(set) var message = ""
  /// What it was filtered by.
  public internal(set) var filterType: FilterType?
  /// Its version constraint.
  public let agentVersion: String
  /// Its filters.
  public let filters: [String]
  /// Its tags.
  public private(set) var tags: [String: String]
  /// Its tags of the product.
  public private(set) var productTags: [String]
  /// Policies with further entries for it.
  public internal(set) var modifiedBy: [PolicyReport.Identity] = []
  /// Whether it is listed under the policy that it is reported under.
  public internal(set) var isOwn = true
  private(set) var actions: [ActionEntry]
  /// Where its entry is in this policy; the last place if its expression stands in another.
  var place: SourcePosition

  init(_ entry: RuleEntry, version: String) {
    id = entry.id?.text ?? ""
    self.version = version
    expression = entry.expression?.text ?? ""
    agentVersion = entry.conditions.agentVersion?.text ?? ""
    filters = entry.conditions.filters.map(\.text)
    tags = entry.tags
    productTags = entry.productTags
    actions = entry.actions
    place = entry.position
  }

  mutating func take(_ properties: RuleEntry) {
    tags = properties.tags
    productTags = properties.productTags
    actions = properties.actions
  }

  mutating func reject(_ mistakes: [PolicyDiagnostic]) {
    guard let first = mistakes.first else { return }
    message = first.message
    status =
      switch first.kind {
      case .expression(.syntax), .expression(.fieldNotAvailable): .syntaxError
      case .agentVersion: .agentVersionError
      default: .error
      }
  }
}

extension SourcePosition {
  fileprivate static let last = SourcePosition(line: .max, column: 1)
}

extension ActionEntry.Section {
  /// The section's key.
  var name: String {
    switch self {
    case .set: "set"
    case .kill: "kill"
    case .hash: "hash"
    case .coredump: "coredump"
    case .networkFilter: "network_filter"
    case .log: "log"
    }
  }
}
