public import SECL

/// The values of the variables that set actions define. Lives as long as its rule set.
final class VariableStore {
  /// Processes, containers and cgroups whose variables are kept, of each kind; the one set longest ago goes first.
  static let mostOwners = 65_536

  let definitions: [VariableDefinition]
  /// Owners whose variables were dropped for want of room.
  private(set) var evictions: UInt64 = 0
  private let numbers: [String: Int]
  private var tables: [VariableDefinition.Scope: RecencyMap<VariableOwner, [Int: VariableValue]>]
  /// Owners that have a keepsake.
  private var followed: Set<VariableOwner> = []
  private let endings = Endings()

  init(_ definitions: [VariableDefinition], mostOwners: Int = mostOwners) {
    self.definitions = definitions
    numbers = Dictionary(
      definitions.enumerated().map { ($1.variable.name, $0) }, uniquingKeysWith: { _, last in last })
    tables = Dictionary(
      uniqueKeysWithValues: VariableDefinition.Scope.allCases.map { ($0, RecencyMap(capacity: mostOwners)) })
  }

  // MARK: Reading

  /// The value of `variable` for the event with `scopes`; nil if no set action defines it.
  func value(of variable: Variable, scopes: some EventScopes, now: Int64) -> Value? {
    numbers[variable.name].map { value(of: $0, scopes: scopes, now: now) }
  }

  private func value(of number: Int, scopes: some EventScopes, now: Int64) -> Value {
    let definition = definitions[number]
    guard let owner = owner(in: definition.scope, scopes) else { return definition.type.zero }
    if let value = value(of: number, owner, now) { return value }
    if definition.isInherited {
      for image in scopes.ancestorImages {
        if let value = value(of: number, .process(image), now) { return value }
      }
    }
    return definition.defaultValue
  }

  private func value(of number: Int, _ owner: VariableOwner, _ now: Int64) -> Value? {
    tables[definitions[number].scope]?[owner]?[number]?.value(at: now, of: definitions[number].type)
  }

  private func owner(in scope: VariableDefinition.Scope, _ scopes: some EventScopes) -> VariableOwner? {
    switch scope {
    case .global: .everyone
    case .process: scopes.processImage.map(VariableOwner.process)
    case .container: scopes.containerID.map(VariableOwner.container)
    case .cgroup: scopes.cgroupID.map(VariableOwner.cgroup)
    }
  }

  /// The variables of `scope` as events show them: without private ones, without empty lists. Nil if the event has no
  /// such scope, or rules define none for it.
  func shown(_ scope: VariableDefinition.Scope, scopes: some EventScopes, now: Int64) -> [ShownVariable]? {
    let numbers = definitions.indices.filter { definitions[$0].scope == scope && !definitions[$0].isPrivate }
    guard !numbers.isEmpty, owner(in: scope, scopes) != nil else { return nil }
    return numbers.compactMap { number in
      let value = value(of: number, scopes: scopes, now: now)
      guard !definitions[number].type.isArray || value != definitions[number].type.zero else { return nil }
      return ShownVariable(name: definitions[number].name, value: value)
    }
  }

  // MARK: Writing

  /// Whether the variable could be set: not without an owner, and not to a value of another type.
  func set(_ number: Int, to value: Value, scopes: some EventScopes, now: Int64) -> Bool {
    let definition = definitions[number]
    guard value.type.element == definition.type.element, let owner = owner(in: definition.scope, scopes) else {
      return false
    }
    var inherited: VariableValue?
    if definition.isInherited, definition.type.isArray, self.value(of: number, owner, now) == nil {
      inherited =
        scopes.ancestorImages.lazy.compactMap { image in
          self.value(of: number, .process(image), now).flatMap { _ in
            self.tables[.process]?[.process(image)]?[number]
          }
        }.first
    }
    let start = inherited ?? VariableValue(definition)
    func change(_ variables: inout [Int: VariableValue]?) {
      variables?[number, default: start].set(value, definition, now: now)
    }
    guard tables[definition.scope]?.update(owner, change) == nil else { return true }
    var variables: [Int: VariableValue]? = [:]
    change(&variables)
    evictions &+= UInt64(tables[definition.scope]?.touch(owner, variables ?? [:]) ?? 0)
    follow(owner, scopes)
    return true
  }

  // MARK: Forgetting

  /// Makes sure that it will be known when `owner` ends, if anybody can tell.
  private func follow(_ owner: VariableOwner, _ scopes: some EventScopes) {
    guard !followed.contains(owner) else { return }
    let keepsake = Keepsake(owner: owner, endings: endings)
    guard scopes.keep(keepsake, with: owner) else { return }
    keepsake.isKept = true
    followed.insert(owner)
  }

  /// Drops the variables of owners that have ended since.
  func removeEnded() {
    guard !endings.owners.isEmpty else { return }
    for owner in endings.owners {
      followed.remove(owner)
      remove(owner)
    }
    endings.owners.removeAll(keepingCapacity: true)
  }

  private func remove(_ owner: VariableOwner) { tables[owner.scope]?.remove(owner) }

  /// Drops the variables of a process image that is gone.
  func forget(processImage: UInt64) { remove(.process(processImage)) }

  /// Drops the variables of a container that is gone.
  func forget(container: String) { remove(.container(container)) }

  /// Drops the variables of a control group that is gone.
  func forget(cgroup: String) { remove(.cgroup(cgroup)) }

  /// Drops what has expired.
  func removeExpired(now: Int64) {
    for scope in VariableDefinition.Scope.allCases {
      for (owner, variables) in tables[scope]?.entries ?? [] {
        let live = variables.filter { $0.value.hasValue(at: now) }
        if live.isEmpty {
          tables[scope]?.remove(owner)
        } else if live.count < variables.count {
          _ = tables[scope]?.update(owner) { $0 = live }
        }
      }
    }
  }
}

/// The owners that have ended and whose variables are still there.
private final class Endings {
  var owners: [VariableOwner] = []
}

/// Given to an owner with its first variable, and released with it. That may happen anywhere, also in the midst of a change
/// of variables: so they go later.
private final class Keepsake {
  private let owner: VariableOwner
  private let endings: Endings
  var isKept = false

  init(owner: VariableOwner, endings: Endings) {
    self.owner = owner
    self.endings = endings
  }

  deinit { if isKept { endings.owners.append(owner) } }
}

/// A variable as an event shows it.
public struct ShownVariable: Hashable, Sendable {
  /// Its name without the scope.
  public let name: String
  /// Its value.
  public let value: Value
}

/// What one owner has in one variable.
struct VariableValue {
  private enum Content {
    case scalar(Value)
    /// The elements, each with the time at which it expires. As times rise, the order of setting is that of expiring.
    case list(RecencyMap<Value, Int64>)
  }

  private var content: Content
  /// When the scalar, or the last element, expires.
  private var expiry = Int64.min
  /// The list as a value, until it changes.
  private var rendered: Value?

  /// What is there before the first setting.
  init(_ definition: VariableDefinition) {
    content = definition.type.isArray ? .list(RecencyMap(capacity: definition.size)) : .scalar(definition.type.zero)
  }

  func hasValue(at now: Int64) -> Bool { expiry > now }

  /// The value; nil if there is none, or none any more.
  func value(at now: Int64, of type: ValueType) -> Value? {
    guard hasValue(at: now) else { return nil }
    switch content {
    case .scalar(let value): return value
    case .list(let elements):
      if let rendered, let first = elements.first, first.value > now { return rendered }
      return Self.rendered(elements.entries.filter { $0.value > now }.map(\.key), type)
    }
  }

  mutating func set(_ value: Value, _ definition: VariableDefinition, now: Int64) {
    let end = definition.ttl > 0 ? now.adding(orLast: definition.ttl) : .max
    switch content {
    case .scalar:
      expiry = end
      content = .scalar(value)
    case .list(var elements):
      content = .scalar(value)  // so that the list is not copied
      elements.resize(definition.size)
      while let first = elements.first, first.value <= now { elements.remove(first.key) }
      let end = max(end, expiry)
      for element in value.elements { elements.touch(element, end) }
      if !elements.isEmpty { expiry = end }
      rendered = Self.rendered(elements.keys, definition.type)
      content = .list(elements)
    }
  }

  private static func rendered(_ elements: [Value], _ type: ValueType) -> Value { .joined(elements, of: type) }
}

extension Value {
  /// The elements of a list; of a scalar itself.
  fileprivate var elements: [Value] {
    switch self {
    case .bool, .int, .string, .ip: [self]
    case .bools(let list): list.map(Value.bool)
    case .ints(let list): list.map(Value.int)
    case .strings(let list): list.map(Value.string)
    case .ips(let list): list.map(Value.ip)
    }
  }
}
