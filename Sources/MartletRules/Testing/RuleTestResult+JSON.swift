public import MartletSchema
import SECL

extension RuleTestResult {
  /// The result for programs.
  public var json: JSONObject {
    var object: JSONObject = [
      "kind": "test", "name": .string(test.name), "file": .string(test.file),
      "line": .integer(JSONInteger(test.position.line)),
    ]
    switch verdict {
    case .passed: object["status"] = "passed"
    case .skipped(let reason), .broken(let reason):
      if case .skipped = verdict { object["status"] = "skipped" } else { object["status"] = "error" }
      object["message"] = .string(reason)
    case .failed(let failures):
      object["status"] = "failed"
      object["failures"] = .array(failures.map { .object($0.json) })
    }
    return object
  }
}

extension RuleTestResult.Failure {
  fileprivate var json: JSONObject {
    let problem =
      switch problem {
      case .missed: "missed"
      case .limited: "limited"
      case .otherType: "other-type"
      case .unexpected: "unexpected"
      }
    var object: JSONObject = [
      "rule": .string(rule), "problem": .string(problem), "message": .string(description),
      "line": .integer(JSONInteger(position.line)), "column": .integer(JSONInteger(position.column)),
    ]
    if let event { object["event"] = .integer(JSONInteger(event)) }
    if let explanation { object["explanation"] = .object(explanation.json) }
    return object
  }
}
