import MartletRules
import SECL
import Testing

/// How people find fields, and what they are told.
struct FieldSearchTests {
  @Test(
    arguments: [
      ("open.flags", nil, ["open.flags"]), ("open.filename", nil, ["open.file.path"]),
      ("*.retval", "open", ["open.retval"]), ("syscall", "chdir", ["chdir.syscall.path"]),
      ("capset.*_e*ive", nil, ["capset.cap_effective"]),
      ("open.*mode", nil, ["open.file.mode", "open.file.destination.mode", "open.syscall.mode"]),
      (nil, "capset", ["capset.cap_effective", "capset.cap_permitted"]),
      ("network.source.port", "dns", ["network.source.port"]),
    ] as [(String?, String?, [String])])
  func `a pattern finds its fields`(pattern: String?, type: String?, names: [String]) throws {
    #expect(try FieldSearch.fields(matching: pattern, type: type).map(\.name) == names)
  }

  @Test(
    arguments: [
      ("open.flag5", nil, "no field matches 'open.flag5'; did you mean 'open.flags'?"),
      (nil, "exce", "unknown event type 'exce'; did you mean 'exec'?"),
      ("open.flags", "exec", "no field matches 'open.flags'"),
    ] as [(String?, String?, String)])
  func `a question without an answer gets a suggestion`(pattern: String?, type: String?, message: String) throws {
    let error = #expect(throws: FieldSearch.NotFound.self) { try FieldSearch.fields(matching: pattern, type: type) }
    #expect(error?.description.hasPrefix(message) == true)
    #expect(error?.isUnknownType == (type == "exce"))
  }

  @Test(arguments: [
    ("open.fl", ["open.flags"]), ("exec.uid == 0 && exec.eui", ["exec.uid == 0 && exec.euid"]), ("zzz", []),
    ("!(capset.cap_e", ["!(capset.cap_effective"]),
  ])
  func `the last word of an expression is completed`(text: String, completions: [String]) {
    #expect(FieldSearch.completions(of: text) == completions)
  }

  /// The compiler decides, the table of operators is only what it says.
  @Test func `an operator that a field is said to take compiles`() throws {
    let scope = Scope(catalogue: Catalogue.shared)
    var seen: Set<[String]> = []
    for field in Catalogue.shared.fields where field.eventType != nil {
      // One field of each kind: they compile alike.
      let kind = [field.type.rawValue, "\(field.traits.rawValue)", "\(field.iterator != nil)"]
      guard seen.insert(kind).inserted else { continue }
      for name in field.operators {
        let rule = expression(field, name)
        #expect(throws: Never.self, "\(rule)") { try scope.compile(rule: rule) }
      }
    }
    #expect(seen.count > 12)
  }

  private func expression(_ field: Field, _ name: String) -> String {
    let literal =
      switch field.type.element {
      case .bool: "true"
      case .ip: "10.0.0.0/8"
      case .string: "\"/x\""
      default: "1"
      }
    switch name {
    case "in", "not in", "allin":
      return field.type.element == .bool
        ? "\(field.name) \(name) [ true, false ]" : "\(field.name) \(name) [ \(literal) ]"
    case "&", "|", "^", "+", "-": return "\(field.name) \(name) 1 == 1"
    default: return "\(field.name) \(name) \(literal)"
    }
  }
}
