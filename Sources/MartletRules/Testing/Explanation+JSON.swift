public import MartletSchema
public import SECL

extension Explanation {
  /// The tree of parts for programs: each an object with `text`, `kind`, `value`, `asked`, `decides`, and where there is
  /// such a thing `element` and `choice` (what made a test hold) and `parts`.
  public var json: JSONObject {
    var object: JSONObject = ["holds": .bool(holds)]
    if let shown = self.object {
      object["object"] = ["index": .integer(JSONInteger(shown.index)), "count": .integer(JSONInteger(shown.count))]
    }
    object["expression"] = .object(json(of: 0))
    return object
  }

  private func json(of number: Int) -> JSONObject {
    let part = parts[number]
    var object: JSONObject = [
      "text": .string(part.outline.text), "kind": .string("\(part.outline.kind)"), "value": part.value.json,
      "asked": .bool(part.isReached), "decides": .bool(part.isDecisive),
    ]
    if let element = part.witness?.element { object["element"] = element.json }
    if let choice = part.witness?.choice { object["choice"] = .string(choice) }
    if !part.outline.children.isEmpty {
      object["parts"] = .array(part.outline.children.map { .object(json(of: $0)) })
    }
    return object
  }
}
