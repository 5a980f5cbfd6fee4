import MartletRules
import MartletSchema
import SECL

/// Fields as `martlet fields` shows them.
struct FieldText {
  let isColored: Bool

  // MARK: For people

  /// A line for each field: name, type, what it is.
  func table(_ fields: [Field]) -> [String] {
    let width = fields.map(\.name.utf8.count).max() ?? 0
    return fields.map { field in
      let type = field.typeInRules.rawValue
      return [
        field.name + blanks(width - field.name.utf8.count),
        dim(type) + blanks(Self.typeWidth - type.utf8.count),
        field.description.docs + (state(field).map { " " + planned("(\($0))") } ?? ""),
      ].joined(separator: "  ")
    }
  }

  /// All that is known of one field.
  func details(_ field: Field) -> [String] {
    let description = field.description
    var lines = ["\(bold(field.name))  \(dim(field.typeInRules.rawValue))", description.docs, ""]
    func add(_ name: String, _ text: String) { lines.append(dim(name) + blanks(12 - name.utf8.count) + text) }
    if let event = field.eventType {
      add("events", event)
    } else {
      add("events", field.onlyWith.isEmpty ? "all" : field.onlyWith.joined(separator: ", "))
    }
    if let iterator = field.iterator { add("one for each", "of \(iterator), nearest first") }
    add("operators", field.operators.joined(separator: "  ") + (description.isTime ? "  (durations: its age)" : ""))
    if let remark = field.remark { add("texts", remark) }
    if field.cost > 0 { add("cost", "asked for after all that is cheaper") }
    if let since = description.since { add("since", since) } else { add("since", planned(state(field) ?? "planned")) }
    for group in description.constantGroups {
      lines += ["", bold(group.name)] + columns(group.members.map { "\($0.name) = \($0.value)" })
    }
    return lines
  }

  /// Why there is no value yet; nil if there is one.
  private func state(_ field: Field) -> String? {
    let description = field.description
    guard description.since == nil else { return nil }
    return description.missing.map { "planned: \($0)" } ?? "planned"
  }

  /// The longest name of a type.
  private static let typeWidth = ValueType.allCases.map(\.rawValue.utf8.count).max() ?? 0

  private func columns(_ texts: [String]) -> [String] {
    let width = (texts.map(\.utf8.count).max() ?? 0) + 2
    let perLine = max(1, 100 / width)
    return stride(from: 0, to: texts.count, by: perLine).map { start in
      let line = texts[start..<min(start + perLine, texts.count)]
      return "  " + line.dropLast().map { $0 + blanks(width - $0.utf8.count) }.joined() + (line.last ?? "")
    }
  }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
  private func bold(_ text: String) -> String { isColored ? "\u{1b}[1m\(text)\u{1b}[0m" : text }
  private func dim(_ text: String) -> String { isColored ? "\u{1b}[2m\(text)\u{1b}[0m" : text }
  private func planned(_ text: String) -> String { isColored ? "\u{1b}[33m\(text)\u{1b}[0m" : text }

  // MARK: For programs

  /// One object.
  func json(_ field: Field) -> String {
    let description = field.description
    var object: JSONObject = ["name": .string(field.name), "type": .string(field.typeInRules.rawValue)]
    object["description"] = .string(description.docs)
    object["operators"] = .array(field.operators.map(JSONValue.string))
    object["cost"] = .integer(JSONInteger(field.cost))
    let events = field.eventType.map { [$0] } ?? field.onlyWith
    if !events.isEmpty { object["event_types"] = .array(events.map(JSONValue.string)) }
    if let iterator = field.iterator { object["iterator"] = .string(iterator) }
    if let constants = description.constants { object["constants"] = .string(constants) }
    if let since = description.since { object["since"] = .string(since) }
    if let missing = description.missing { object["missing"] = .string(missing) }
    var writer = JSONWriter()
    writer.value(object)
    return writer.text
  }
}
