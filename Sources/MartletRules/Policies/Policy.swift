import SECL

/// A policy as its file has it: nothing is combined, filtered or compiled yet.
struct Policy: Sendable {
  /// The file's name.
  let name: String
  /// Who provides it.
  let origin: PolicySource.Origin
  /// `version`; empty without one.
  var version = ""
  /// `replace_policy_id`: the default policy that this one takes the place of.
  var replacedPolicy = ""
  var macros: [MacroEntry] = []
  var rules: [RuleEntry] = []
  /// Keys that nobody reads.
  var warnings: [PolicyDiagnostic] = []
  let text: PolicyText

  /// Whether the rules of other policies may override its rules.
  var isDefault: Bool { name == "default.policy" }
}

/// One element of `macros`.
struct MacroEntry: Sendable {
  let position: SourcePosition
  var id: YAMLScalar?
  var expression: YAMLScalar?
  var values: [YAMLScalar]?
  var conditions = Conditions()
  var combination: Macro.Combination?
}

/// What must be so for a rule or macro to count on a host.
struct Conditions: Sendable {
  var agentVersion: YAMLScalar?
  /// Joined by or; none accepts.
  var filters: [YAMLScalar] = []
}

/// One element of `rules`.
struct RuleEntry: Sendable {
  let position: SourcePosition
  var id: YAMLScalar?
  var groupID: YAMLScalar?
  var version = ""
  var description = ""
  var expression: YAMLScalar?
  var tags: [String: String] = [:]
  var productTags: [String] = []
  var conditions = Conditions()
  var isDisabled = false
  /// Whether there is a `combine`, and whether it is `override`.
  var isCombined = false
  var isOverride = false
  var overriddenFields: Set<String> = []
  var actions: [ActionEntry] = []
  /// Nanoseconds; 0 for the default.
  var every: Int64 = 0
  var limiterToken: [YAMLScalar] = []
  var isSilent = false
  var priority: Int64 = 0
}

/// One element of `actions`.
struct ActionEntry: Sendable {
  enum Section: Hashable, Sendable {
    case set(SetEntry)
    case kill(KillEntry)
    case hash(HashEntry)
    case coredump(CoredumpEntry)
    case networkFilter(NetworkFilterEntry)
    case log(LogEntry)
  }

  let position: SourcePosition
  var filter: YAMLScalar?
  var sections: [Section] = []

  /// Whether both say the same, wherever they say it.
  func isEqual(to other: ActionEntry) -> Bool {
    filter == other.filter && sections == other.sections
  }
}

/// The value of `value` or `default_value`.
enum WrittenValue: Hashable, Sendable {
  case value(Value)
  case emptyList
  /// Of no type that a variable can have.
  case unusable
}

/// A `set` action.
struct SetEntry: Hashable, Sendable {
  var name: YAMLScalar?
  var value: WrittenValue?
  var field: YAMLScalar?
  var expression: YAMLScalar?
  var defaultValue: WrittenValue?
  var scope: YAMLScalar?
  var scopeField: YAMLScalar?
  var appends = false
  /// Elements that an array keeps; 0 for the default.
  var size: Int64 = 0
  /// Nanoseconds; 0 for no end.
  var ttl: Int64 = 0
  var isPrivate = false
  var isInherited = false
}

/// A `kill` action.
struct KillEntry: Hashable, Sendable {
  var signal: YAMLScalar?
  var scope: YAMLScalar?
  var isContainerDisarmerOff = false
  var isExecutableDisarmerOff = false
}

/// A `hash` action.
struct HashEntry: Hashable, Sendable {
  var field: YAMLScalar?
  /// Bytes; 0 for the default.
  var maxFileSize: Int64 = 0
}

/// A `coredump` action.
struct CoredumpEntry: Hashable, Sendable {
  var includesProcess = false
  var includesMount = false
  var includesDentry = false
  var isUncompressed = false
}

/// A `network_filter` action.
struct NetworkFilterEntry: Hashable, Sendable {
  var filter: YAMLScalar?
  var policy: YAMLScalar?
  var scope: YAMLScalar?
}

/// A `log` action.
struct LogEntry: Hashable, Sendable {
  var level: YAMLScalar?
  var message: YAMLScalar?
}
