import MartletRules
import SECL
import Testing

/// How people find fields, and what they are told.
struct FieldSearchTests {
  @Test(
    arguments: [
      ("open.flags", nil, ["open.flags"]), ("open.filename", nil, ["open.file.path"]),
      ("*.retval", "open", ["open.retval"]), ("syscall", "chdir", ["chdir.syscall.path"]),
      ("exit.c*e", nil, ["exit.cause", "exit.code"]),
      ("open.*.m*e", "open", ["open.file.mode", "open.file.destination.mode", "open.syscall.mode"]),
      (nil, "capset", ["capset.cap_effective", "capset.cap_permitted"]),
      ("network.source.port", "dns", ["network.source.port"]),
    ] as [(String?, String?, [String])])
  func `a pattern finds its fields`(pattern: String?, type: String?, names: [String]) throws {
    #expect(try FieldSearch.fields(matching: pattern, type: type).map(\.name).filter { !$0.contains("time") } == names)
  }

  @Test(
    arguments: [
      ("open.flag5", nil, "no field matches 'open.flag5'; did you mean 'open.flags'?"),
      ("o*n.flag*x", nil, "no field matches 'o*n.flag*x'; did you mean 'open.flags'?"),
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
    let fields = Catalogue.shared.fields
    for field in fields where field.eventType != nil || !field.onlyWith.isEmpty {
      guard field.iterator == nil || field.name.hasSuffix(".comm") || field.name.contains("flows") else { continue }
      for name in field.operators {
        let rule = expression(field, name) + (field.eventType == nil ? " && dns.id == 0" : "")
        #expect(throws: Never.self, "\(rule)") { try scope.compile(rule: rule) }
      }
    }
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
