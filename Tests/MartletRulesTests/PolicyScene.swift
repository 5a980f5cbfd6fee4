import MartletSchema
import SECL

@testable import MartletRules

/// Policies that are loaded, and events that are shown to their rules.
struct PolicyScene {
  let ruleSet: RuleSet
  let report: LoadReport
  let detector: Detector

  /// The scene with `policies`, each a name and a text.
  init(_ policies: [(name: String, text: String)], _ conditions: LoadingConditions = LoadingConditions()) {
    (ruleSet, report) = RuleSet.load(policies.map { PolicySource(name: $0.name, text: $0.text) }, for: conditions)
    detector = Detector(ruleSet)
  }

  /// The scene with one policy.
  init(_ text: String, _ conditions: LoadingConditions = LoadingConditions()) {
    self.init([("test.policy", text)], conditions)
  }

  /// Shows an event and returns what is to be sent.
  @discardableResult
  func show(
    _ type: String, _ fields: JSONObject, scopes: Scopes = Scopes(), at now: Int64 = 0
  ) throws -> [Detection] {
    var detections: [Detection] = []
    let event = try GivenEvent(fields: fields, now: now)
    detector.inspect(event, type: type, scopes: scopes) { if $0.isSent { detections.append($0) } }
    return detections
  }

  /// The ids of the rules that match and are sent.
  func matches(_ type: String, _ fields: JSONObject, scopes: Scopes = Scopes(), at now: Int64 = 0) throws -> [String] {
    try show(type, fields, scopes: scopes, at: now).map(\.rule.id)
  }

  /// `LINE:COLUMN kind message` of each error.
  var errors: [String] {
    report.diagnostics.filter { $0.severity == .error }.map { "\($0.position) \($0.kind.name): \($0.message)" }
  }
}

/// Whose variables an event of a test sees.
final class Scopes: EventScopes {
  let images: [UInt64]
  let containerID: String?
  let cgroupID: String?
  let others: [Int64: [UInt64]]

  init(
    images: [UInt64] = [1], containerID: String? = nil, cgroupID: String? = nil, others: [Int64: [UInt64]] = [:]
  ) {
    self.images = images
    self.containerID = containerID
    self.cgroupID = cgroupID
    self.others = others
  }

  var processImage: UInt64? { images.first }
  var ancestorImages: [UInt64] { Array(images.dropFirst()) }
  func images(ofPID pid: Int64) -> [UInt64] { others[pid] ?? [] }
}

/// Nanoseconds of a second.
let second: Int64 = 1_000_000_000
