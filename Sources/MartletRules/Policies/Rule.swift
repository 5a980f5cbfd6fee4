public import SECL

/// A rule that is loaded, with all that policies say about it.
public final class Rule: Sendable {
  /// `agent.original_rule_id`.
  public let id: String
  /// `agent.rule_id`: the group's id if it has one, else its own.
  public let reportedID: String
  /// `agent.rule_version`.
  public let version: String
  /// `title`.
  public let description: String
  /// What is asked, as its policy has it.
  public let expression: String
  /// The name of the policy that it is reported under.
  public let policyName: String
  /// That policy's version.
  public let policyVersion: String
  /// The tags, each as `key:value`, in order of the keys.
  public let tags: [String]
  /// Tags of the product, as they are.
  public let productTags: [String]
  /// Its actions run and no event is sent.
  public let isSilent: Bool
  /// What to do on a match, in order.
  let actions: [Action]
  /// How often its matches are sent.
  let limit: RateLimit
  /// Fields of which each combination of values has a limit of its own.
  let limiterFields: [Field]

  init(
    id: String, reportedID: String, version: String, description: String, expression: String, policyName: String,
    policyVersion: String, tags: [String], productTags: [String], isSilent: Bool, actions: [Action], limit: RateLimit,
    limiterFields: [Field]
  ) {
    self.id = id
    self.reportedID = reportedID
    self.version = version
    self.description = description
    self.expression = expression
    self.policyName = policyName
    self.policyVersion = policyVersion
    self.tags = tags
    self.productTags = productTags
    self.isSilent = isSilent
    self.actions = actions
    self.limit = limit
    self.limiterFields = limiterFields
  }
}

/// The rules of all policies, ready to be asked. It never changes: a reload makes another.
public struct RuleSet: Sendable {
  /// A rule's program. A rule has several if it stands for several ways of doing the same.
  public struct Question: Sendable {
    /// The rule that holds if the program does.
    public let rule: Rule
    /// What is asked of the event.
    public let program: Program
  }

  /// What is asked of events of each type, in the order of evaluation.
  public let questions: [String: [Question]]
  /// All rules, in the order of evaluation.
  public let rules: [Rule]
  /// What set actions define, in the order of definition.
  public let variables: [VariableDefinition]

  /// What is asked of events of each type, all at once. Not of a type of which a rule asks what its own rule is, which is
  /// another thing for each.
  let indices: [String: LateIndex]
  /// The macros and variables that the rules may name.
  let scope: Scope

  init(
    questions: [String: [Question]], rules: [Rule], variables: [VariableDefinition],
    scope: Scope = Scope(catalogue: Catalogue.shared)
  ) {
    self.scope = scope
    self.questions = questions
    self.rules = rules
    self.variables = variables
    indices = questions.compactMapValues { questions in
      let asksItsRule = questions.contains { $0.program.fields.contains { $0.name == "event.rule.tags" } }
      return asksItsRule ? nil : LateIndex(questions.map(\.program))
    }
  }

  /// A set without rules.
  public static let empty = RuleSet(questions: [:], rules: [], variables: [])
}

/// A variable that set actions define.
public struct VariableDefinition: Hashable, Sendable {
  /// What a variable has one value for each of.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    case global
    case process
    case container
    case cgroup
  }

  /// Elements that an array keeps unless its definition says otherwise.
  static let defaultSize = 100

  /// Its name without the scope.
  public let name: String
  /// What it has one value for each of.
  public let scope: Scope
  /// The type of its value.
  public let type: ValueType
  /// What is read where it was never set.
  public internal(set) var defaultValue: Value
  /// Elements that an array keeps.
  public internal(set) var size: Int
  /// Nanoseconds after which a value, or an element of an array, is forgotten; 0 for never.
  public internal(set) var ttl: Int64
  /// Not shown in events.
  public let isPrivate: Bool
  /// Where a process has no value, that of its nearest ancestor with one is read.
  public internal(set) var isInherited: Bool

  /// The variable as expressions name it.
  public var variable: Variable {
    Variable(name: scope == .global ? name : "\(scope.rawValue).\(name)", type: type)
  }
}

/// What a rule does on a match.
public struct Action: Sendable {
  /// The kinds of actions.
  public enum Kind: Sendable {
    case set(Assignment)
    case kill(Kill)
    /// The prefix of the fields of the file, such as `exec.file`, and the bytes that it may have at most, if not the
    /// default.
    case hash(field: String, limit: Int64?)
    case coredump
    case networkFilter(filter: String, policy: String, scope: String)
    case log(level: String, message: String)

    /// The action's name in policies and reports.
    public var name: String {
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

  /// Whom a kill action sends which signal.
  public struct Kill: Hashable, Sendable {
    /// Whom it is sent.
    public enum Scope: String, Hashable, Sendable {
      /// The process of the event.
      case process
      /// All processes of its container, or of its control group.
      case container
      case cgroup
    }

    /// What keeps a rule from killing too widely: a rule that meets too many containers, or executables, is disarmed.
    public enum Disarmer: String, Hashable, Sendable, CaseIterable {
      case container
      case executable
    }

    /// The signal's name, `SIGKILL`, and its number.
    public let signal: String
    public let number: Int32
    /// Whom it is sent.
    public let scope: Scope
    /// The disarmers that the rule leaves on.
    public let disarmers: Set<Disarmer>
  }

  /// What a set action assigns to which variable.
  public struct Assignment: Sendable {
    enum Source: Sendable {
      case constant(Value)
      case program(ValueProgram)
    }

    /// Number of the variable among those of the rule set.
    let variable: Int
    let source: Source
    /// It was written as an append to something that has no elements, which fails when it runs.
    let appendsToScalar: Bool
    /// A field with the pid of the process whose variables are meant.
    let scopeField: Field?
  }

  /// The condition on which it runs.
  let filter: Program?
  /// What it does.
  public let kind: Kind
}

/// How often the matches of a rule are sent: one each interval, and so many at once after a pause.
public struct RateLimit: Hashable, Sendable {
  /// Nanoseconds.
  public let interval: Int64
  /// Matches that may be sent at once.
  public let burst: Int64

  /// What holds for rules that do not say otherwise.
  public static let standard = RateLimit(interval: 100_000_000, burst: 40)

  /// One each `nanoseconds`; the standard for 0.
  static func every(_ nanoseconds: Int64) -> RateLimit {
    nanoseconds > 0 ? RateLimit(interval: nanoseconds, burst: 1) : .standard
  }
}
