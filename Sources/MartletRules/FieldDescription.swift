public import SECL

/// What people want to know of a field, beside what the language does.
public struct FieldDescription: Hashable, Sendable {
  /// What it is, in one line.
  public let docs: String
  /// It is nanoseconds since the epoch, so that durations may be compared with its age.
  public let isTime: Bool
  /// The group of constants that its values come from.
  public let constants: String?
  /// The version of Martlet that first knew its value; nil if none does yet.
  public let since: String?
  /// Why there is no value, where events that have the field are seen.
  public let missing: String?

  /// The groups of constants that its values come from, with their members.
  public var constantGroups: [ConstantGroup] {
    guard let constants else { return [] }
    return ConstantGroup.all.filter { $0.name == constants || $0.name.hasPrefix("\(constants), ") }
  }
}

extension Field {
  /// What the catalogue tells of it.
  public var description: FieldDescription { Catalogue.shared.descriptions[index] }

  /// What is special about the texts that it may be compared with; nil if nothing is.
  public var remark: String? {
    if traits.contains(.singleLiteral) { return "one literal, known when the rule is loaded" }
    if traits.contains(.globs) {
      return "absolute paths; in patterns a * stays within a name, ** crosses slashes; no regexps"
    }
    if traits.contains(.paths) { return "absolute paths; no regexps" }
    if traits.contains(.ignoresCase) { return "compared without regard to case" }
    if traits.contains(.extensions) { return "a missing leading dot is added" }
    if traits.contains(.short) { return "at most 16 bytes" }
    return nil
  }

  /// The operators that it may stand before, as rules write them.
  public var operators: [String] {
    if traits.contains(.singleLiteral) { return ["=="] }
    switch type {
    case .bool where iterator == nil: return ["==", "!=", "in", "not in"]
    case .bool, .bools: return ["==", "!="]
    case .int where iterator == nil: return ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "&", "|", "^", "+", "-"]
    case .int, .ints: return ["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
    case .string, .strings: return ["==", "!=", "=~", "!~", "in", "not in"]
    case .ip, .ips: return ["==", "!=", "in", "not in", "allin"]
    }
  }

  /// The type as rules see it: below a list of objects there is a value for each.
  public var typeInRules: ValueType { iterator == nil ? type : type.array }
}
