import MartletSchema
package import SECL

/// The colours of what is said of rules, where they are wanted.
package struct Inks: Sendable {
  private let isColored: Bool

  package init(isColored: Bool) { self.isColored = isColored }

  package func good(_ text: String) -> String { ink(text, "32") }
  package func bad(_ text: String) -> String { ink(text, "31") }
  package func dim(_ text: String) -> String { ink(text, "2") }
  package func bold(_ text: String) -> String { ink(text, "1") }

  /// The mark of what holds, or does not.
  package func mark(_ holds: Bool) -> String { holds ? good("✓") : bad("✗") }

  private func ink(_ text: String, _ code: String) -> String {
    isColored && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}

/// How an expression came to its answer, as a tree for people.
package struct ExplanationText {
  private let inks: Inks
  /// What there is to say about the value of a field.
  private let remark: (Field) -> String?

  package init(inks: Inks, remark: @escaping (Field) -> String? = { _ in nil }) {
    self.inks = inks
    self.remark = remark
  }

  /// Elements of a list that are shown.
  private static let mostElements = 8
  /// Columns that a condition and its values may take on one line.
  private static let width = 110

  /// The lines of the tree.
  package func lines(_ explanation: Explanation) -> [String] {
    var lines: [String] = []
    if let object = explanation.object {
      lines.append(
        inks.dim(
          object.count == 0
            ? "there is no object that the register could stand for"
            : "for object \(object.index + 1) of \(object.count), the nearest first"))
    }
    append(0, of: explanation, first: "", rest: "", isOnlyReason: false, to: &lines)
    return lines
  }

  // MARK: The tree

  private func append(
    _ number: Int, of explanation: Explanation, first: String, rest: String, isOnlyReason: Bool,
    to lines: inout [String]
  ) {
    let part = explanation.parts[number]
    let title = title(number, of: explanation)
    let values = values(number, of: explanation)
    let children = children(number, of: explanation)
    var line = inks.dim(first) + inks.mark(part.holds) + " "
    line += part.isReached ? (isOnlyReason ? inks.bold(title) : title) : inks.dim(title)
    if isOnlyReason, children.isEmpty { line += inks.bold("  ← decides") }
    if !part.isReached { line += inks.dim("  (not asked)") }
    let joined = values.joined(separator: ", ")
    let isShort = first.count + title.count + joined.count < Self.width
    if isShort, !values.isEmpty { line += "    " + inks.dim(joined) }
    lines.append(line)
    if !isShort {
      for value in values { lines.append(inks.dim("\(rest)    \(value)")) }
    }
    for (index, child) in children.enumerated() {
      let isLast = index == children.count - 1
      append(
        child, of: explanation, first: rest + (isLast ? "└ " : "├ "), rest: rest + (isLast ? "  " : "│ "),
        isOnlyReason: (isOnlyReason || children.count > 1) && decidesAlone(child, among: children, of: explanation),
        to: &lines)
    }
  }

  /// The parts that are shown below a part: of one that only negates or names another, those of the other.
  private func children(_ number: Int, of explanation: Explanation) -> [Int] {
    let part = explanation.parts[number].outline
    switch part.kind {
    case .all, .any: return part.children
    case .not: return part.children.first.map { children($0, of: explanation) } ?? []
    case .macro:
      guard let body = part.children.first else { return [] }
      return Self.isGroup(explanation.parts[body].outline) ? children(body, of: explanation) : [body]
    case .test, .value: return []
    }
  }

  private static func isGroup(_ part: Outline.Part) -> Bool { part.kind == .all || part.kind == .any }

  /// Whether the answer rests on `child` and on none of its siblings.
  private func decidesAlone(_ child: Int, among children: [Int], of explanation: Explanation) -> Bool {
    children.allSatisfy { explanation.parts[$0].isDecisive == ($0 == child) }
  }

  private func title(_ number: Int, of explanation: Explanation) -> String {
    let part = explanation.parts[number].outline
    switch part.kind {
    case .all: return "all of"
    case .any: return "any of"
    case .not: return "not \(part.children.first.map { title($0, of: explanation) } ?? "")"
    case .macro:
      let name = Self.oneLine(part.text)
      guard let body = part.children.first, Self.isGroup(explanation.parts[body].outline) else { return name }
      return "\(name): \(title(body, of: explanation))"
    case .test, .value: return Self.oneLine(part.text)
    }
  }

  /// `text` on one line, cut to what one can read.
  package static func oneLine(_ text: String) -> String {
    let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" }.joined(separator: " ")
    return printable(words.count <= 100 ? words : "\(words.prefix(99))…")
  }

  // MARK: Values

  /// What the fields and variables of a test hold, and what made it hold.
  private func values(_ number: Int, of explanation: Explanation) -> [String] {
    let part = explanation.parts[number]
    switch part.outline.kind {
    case .all, .any, .macro: return []
    case .not: return part.outline.children.first.map { values($0, of: explanation) } ?? []
    case .value where part.outline.children.isEmpty:
      // Of a condition that is nothing but a field, the mark tells the value.
      return part.outline.field.flatMap(remark).map { ["(\($0))"] } ?? []
    case .test, .value: break
    }
    var texts: [String] = []
    var seen: Set<String> = []
    func add(_ number: Int) {
      let part = explanation.parts[number]
      for child in part.outline.children { add(child) }
      guard part.outline.children.isEmpty, seen.insert(part.outline.text).inserted else { return }
      let remark = part.outline.field.flatMap(remark).map { " (\($0))" } ?? ""
      texts.append("\(printable(part.outline.text)) is \(text(of: part.value, field: part.outline.field))\(remark)")
    }
    for child in part.outline.children { add(child) }
    guard let witness = part.witness, let first = part.outline.children.first else { return texts }
    return texts + (text(of: witness, found: explanation.parts[first].value).map { [$0] } ?? [])
  }

  /// What made a test hold, as far as what it found does not say so itself.
  private func text(of witness: Explanation.Witness, found: Value) -> String? {
    let element = text(of: witness.element ?? found, field: nil)
    let choice = witness.choice.map(printable).flatMap { $0 == element ? nil : "by \($0)" }
    guard witness.element != nil else { return choice }
    return choice.map { "of these \(element), \($0)" } ?? "of these \(element)"
  }

  private func text(of value: Value, field: Field?) -> String {
    switch value {
    case .bool(let truth): return "\(truth)"
    case .int(let number): return text(of: number, field: field)
    case .string(let bytes): return quoted(bytes)
    case .ip(let network): return network.description
    case .bools(let list): return text(ofList: list) { "\($0)" }
    case .ints(let list): return text(ofList: list) { text(of: $0, field: field) }
    case .strings(let list): return text(ofList: list, quoted)
    case .ips(let list): return list.isEmpty && field?.type == .ip ? "no address" : text(ofList: list, \.description)
    }
  }

  private func text<Element>(ofList list: [Element], _ text: (Element) -> String) -> String {
    let more = list.count > Self.mostElements ? ["… \(list.count - Self.mostElements) more"] : []
    return "[\((list.prefix(Self.mostElements).map(text) + more).joined(separator: ", "))]"
  }

  private func quoted(_ bytes: [UInt8]) -> String {
    let text = printable(String(decoding: bytes, as: UTF8.self))
    return "\"\(text.count <= 120 ? text : "\(text.prefix(119))…")\""
  }

  /// The number, and what it means where the field says so.
  private func text(of number: Int64, field: Field?) -> String {
    guard let description = field?.description else { return "\(number)" }
    if description.isTime, number != 0 { return "\(Timestamp(nanoseconds: number))" }
    guard number != 0, !description.constantGroups.isEmpty else { return "\(number)" }
    if description.constants?.hasSuffix("mode constants") == true, number > 0 { return "0\(String(number, radix: 8))" }
    let members = description.constantGroups.flatMap(\.members)
    if let member = members.first(where: { $0.value == number }) { return "\(number) (\(member.name))" }
    var rest = number
    var names: [String] = []
    for member in members where member.value > 0 && member.value & (member.value - 1) == 0 && rest & member.value != 0 {
      names.append(member.name)
      rest &= ~member.value
    }
    return rest == 0 && !names.isEmpty ? "\(number) (\(names.joined(separator: "|")))" : "\(number)"
  }
}

/// `text` without what could move a terminal's cursor or change what it shows.
package func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        let category = scalar.properties.generalCategory
        let isControl = category == .control && scalar != "\n" && scalar != "\t"
        return isControl || category == .format ? "\u{fffd}" : scalar
      }))
}
