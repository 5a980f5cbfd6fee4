import MartletContext
import MartletModel
import MartletOutput
import MartletRules
import MartletSchema
import SECL

/// The rules of one set on a stream of events.
final class Inspection {
  private let hostname: String
  private var detector: Detector
  private var signatures: [ObjectIdentifier: RuleSignature]
  /// Whether rules ask about events of a type, by `EventType.rawValue`. Others are not made ready for reading.
  private var isAsked: [Bool]
  private var reader: LiveEvent?
  /// What the workload is known for.
  private(set) var profile: WorkloadProfile?
  /// To ask `profile` is to copy it.
  private let hasProfile: Bool
  private var anomalies = AnomalyLimit()
  /// Does what rules want done to processes, where they may.
  private let enforcer: Enforcer?
  private var log: RuleLog?
  /// Matches of rules that have been replaced.
  private var earlierMatches: UInt64 = 0
  /// Events that the present rules were asked about, by `EventType.rawValue`.
  private var askedCounts = [UInt64](repeating: 0, count: 256)

  /// - Parameter log: what `log` actions write to.
  init(
    _ rules: RuleSet, hostname: String, profile: WorkloadProfile? = nil, enforcer: Enforcer? = nil,
    log: ServiceLog? = nil
  ) {
    self.hostname = hostname
    self.profile = profile
    self.enforcer = enforcer
    self.log = log.map { RuleLog($0) }
    hasProfile = profile != nil
    detector = Detector(rules)
    isAsked = Self.isAsked(by: rules)
    signatures = Self.signatures(of: rules)
  }

  private static func isAsked(by rules: RuleSet) -> [Bool] {
    let types = rules.eventTypes
    return (0...UInt8.max).map { EventType(rawValue: $0).map(types.contains) ?? false }
  }

  private static func signatures(of rules: RuleSet) -> [ObjectIdentifier: RuleSignature] {
    Dictionary(rules.rules.map { (ObjectIdentifier($0), RuleSignature($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Rules that held so far, each time counted.
  var matchCount: UInt64 { earlierMatches &+ detector.counts.matches }

  /// Processes, containers and cgroups whose variables were forgotten for want of room.
  var evictions: UInt64 { detector.evictedOwners }

  /// Asks `rules` from the next event on; they know nothing of what the present ones remember.
  func replaceRules(by rules: RuleSet) {
    earlierMatches &+= detector.counts.matches
    detector = Detector(rules)
    enforcer?.forgetRules()
    isAsked = Self.isAsked(by: rules)
    askedCounts = [UInt64](repeating: 0, count: 256)
    signatures = Self.signatures(of: rules)
  }

  /// How often a rule of the present set held.
  func activity(of rule: Rule) -> RuleActivity { detector.activity(of: rule) }

  /// Events of a type that the present rules were asked about.
  func askedCount(_ type: EventType) -> UInt64 { askedCounts[Int(type.rawValue)] }

  /// Why the rules that sign as `signature` hold for `event`, or do not; none if there are none among the present ones.
  func explanations(of signature: RuleSignature, about event: Event, files: any FileInspector) -> [Explanation] {
    let reader = LiveEvent(event, hostname: hostname)
    reader.inspector = files
    return detector.ruleSet.rules
      .filter { $0.reportedID == signature.id && $0.policyName == signature.policyName }
      .compactMap { detector.explanation(of: $0, about: reader) }
  }

  /// What is to be told of `event`: the rules that it matched, in the order of their evaluation, and last whether its
  /// workload is not known for it. An event that is shown anyhow and matched none has one match that says how it compares
  /// with the profile, if it does.
  ///
  /// - Parameter files: answers what rules and their actions want to know of the event's files.
  func matches(_ event: Event, files: any FileInspector, isShown: Bool) -> [Match] {
    guard isAsked[Int(event.type.rawValue)] || hasProfile else { return [] }
    let reader = reader(of: event)
    if reader.inspector !== files { reader.inspector = files }
    askedCounts[Int(event.type.rawValue)] &+= 1
    var matches: [Match] = []
    detector.inspect(reader, type: event.type.name, scopes: reader.scopes) { detection in
      if let match = match(detection, reader) { matches.append(match) }
    }
    if hasProfile, let finding = profile?.judge(event) {
      compare(&matches, with: finding, reader)
      if matches.isEmpty, isShown {
        matches = [.traced]
        matches[0].profile = finding
      }
    }
    if !reader.findings.isEmpty {
      for index in matches.indices { matches[index].findings = reader.findings }
    }
    return matches
  }

  /// The place where rules read the event.
  private func reader(of event: Event) -> LiveEvent {
    if let reader {
      reader.move(to: event)
      return reader
    }
    let first = LiveEvent(event, hostname: hostname)
    reader = first
    return first
  }

  /// Tells in `matches` how the event compares with the profile.
  private func compare(_ matches: inout [Match], with finding: ProfileFinding, _ reader: LiveEvent) {
    // What its workload is known for is no news to the rules that say so.
    if finding.isKnown { matches.removeAll { $0.rule.tags.contains("allow_autosuppression:true") } }
    for index in matches.indices { matches[index].profile = finding }
    guard finding.isAnomaly, anomalies.admits(now: reader.now) else { return }
    var anomaly = Match.anomaly
    anomaly.profile = finding
    anomaly.matchedRules = matches.map(\.rule)
    _ = reader.hash(fileNamed: "exec.file", limit: nil)
    matches.append(anomaly)
  }

  /// Does what the rule wants done, and returns what is to be told of that and of its match.
  private func match(_ detection: Detection, _ event: LiveEvent) -> Match? {
    for case .log(let level, let message) in detection.actions {
      log?.say(level, message.isEmpty ? "Rule ID \(detection.rule.id) triggered" : message, at: event.now)
    }
    var kills: [ActionReport] = []
    for case .kill(let kill) in detection.actions {
      if let report = enforcer?.act(kill, of: detection.rule, on: event.event) { kills.append(.kill(report)) }
    }
    guard detection.isSent, let signature = signatures[ObjectIdentifier(detection.rule)] else { return nil }
    var match = Match(signature)
    match.event = Variables(detection.variables[.global])
    match.process = Variables(detection.variables[.process])
    match.container = Variables(detection.variables[.container])
    for case .hash(let field, let limit) in detection.actions {
      guard let done = event.hash(fileNamed: field, limit: limit) else { continue }
      match.actions.append(.hash(path: done.path, done.hash.state))
    }
    match.actions += kills
    return match
  }
}

/// How many anomalies are told: of a workload that has become another one, not each act.
private struct AnomalyLimit {
  private static let mostInMinute = 300
  private var minute: Int64 = 0
  private var count = 0

  mutating func admits(now: Int64) -> Bool {
    let minute = now / 60_000_000_000
    if minute != self.minute { (self.minute, count) = (minute, 0) }
    count += 1
    return count <= Self.mostInMinute
  }
}

extension RuleSignature {
  fileprivate convenience init(_ rule: Rule) {
    self.init(
      id: rule.reportedID, title: rule.description, version: rule.version, policyName: rule.policyName,
      policyVersion: rule.policyVersion, tags: rule.tags)
  }
}

extension Variables {
  fileprivate init(_ shown: [ShownVariable]?) {
    self.init()
    for variable in shown ?? [] { self[variable.name] = JSONValue(variable.value) }
  }

  /// The secrets that rules may have taken from an event into a variable.
  private static let scrubber = Scrubber()

  fileprivate static func scrubbed(_ bytes: [UInt8]) -> JSONValue {
    let text = String(decoding: bytes, as: UTF8.self)
    // The first of a command line's words stays as it is.
    return .string(scrubber.scrub(["", text]).last ?? "")
  }
}

extension JSONValue {
  /// The value of a variable.
  fileprivate init(_ value: SECL.Value) {
    switch value {
    case .bool(let value): self = .bool(value)
    case .int(let number): self = .integer(JSONInteger(number))
    case .string(let bytes): self = Variables.scrubbed(bytes)
    case .ip(let network): self = .string(network.description)
    case .bools(let list): self = .array(list.map(JSONValue.bool))
    case .ints(let list): self = .array(list.map { .integer(JSONInteger($0)) })
    case .strings(let list): self = .array(list.map(Variables.scrubbed))
    case .ips(let list): self = .array(list.map { .string($0.description) })
    }
  }
}
