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
  /// Types of events that rules ask about. Others are not made ready for reading.
  private var asked: Set<EventType>
  private var reader: LiveEvent?
  /// Matches of rules that have been replaced.
  private var earlierMatches: UInt64 = 0

  init(_ rules: RuleSet, hostname: String) {
    self.hostname = hostname
    detector = Detector(rules)
    asked = rules.eventTypes
    signatures = Self.signatures(of: rules)
  }

  private static func signatures(of rules: RuleSet) -> [ObjectIdentifier: RuleSignature] {
    Dictionary(rules.rules.map { (ObjectIdentifier($0), RuleSignature($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Rules that held so far, each time counted.
  var matchCount: UInt64 { earlierMatches &+ detector.counts.matches }

  /// Asks `rules` from the next event on; they know nothing of what the present ones remember.
  func replaceRules(by rules: RuleSet) {
    earlierMatches &+= detector.counts.matches
    detector = Detector(rules)
    asked = rules.eventTypes
    signatures = Self.signatures(of: rules)
  }

  /// What is to be told of `event`: the rules that it matched, in the order of their evaluation.
  ///
  /// - Parameter files: answers what rules and their actions want to know of the event's files.
  func matches(_ event: Event, files: any FileInspector) -> [Match] {
    guard asked.contains(event.type) else { return [] }
    let reader = self.reader ?? LiveEvent(event, hostname: hostname)
    reader.inspector = files
    reader.move(to: event)
    self.reader = reader
    var matches: [Match] = []
    detector.inspect(reader, type: event.type.name, scopes: reader.scopes) { detection in
      if let match = match(detection, reader) { matches.append(match) }
    }
    if !reader.findings.isEmpty {
      for index in matches.indices { matches[index].findings = reader.findings }
    }
    return matches
  }

  private func match(_ detection: Detection, _ event: LiveEvent) -> Match? {
    guard let signature = signatures[ObjectIdentifier(detection.rule)] else { return nil }
    var match = Match(signature)
    match.event = Variables(detection.variables[.global])
    match.process = Variables(detection.variables[.process])
    match.container = Variables(detection.variables[.container])
    for case .hash(let field, let limit) in detection.actions {
      guard let done = event.hash(fileNamed: field, limit: limit) else { continue }
      match.actions.append(.hash(path: done.path, done.hash.state))
    }
    return match
  }
}

extension RuleSignature {
  fileprivate convenience init(_ rule: Rule) {
    func tag(_ key: String) -> String {
      rule.tags.first { $0.hasPrefix(key + ":") }.map { String($0.dropFirst(key.count + 1)) } ?? ""
    }
    self.init(
      id: rule.reportedID, title: rule.description, version: rule.version, policyName: rule.policyName,
      policyVersion: rule.policyVersion, severity: tag("severity"), technique: tag("technique"))
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
