import MartletRules
import MartletSchema
import SECL
import Testing

struct ExplanationTests {
  /// What an expression's parts are, as an indented text: mark, kind and text, with what is marked as `*` where the answer
  /// rests on it and `-` where nobody asked.
  private func tree(_ rule: String, _ fields: JSONObject, macros: [Macro] = []) throws -> String {
    let explanation = try explanation(rule, fields, macros: macros)
    var lines: [String] = []
    func add(_ number: Int, _ indent: String) {
      let part = explanation.parts[number]
      let mark = part.isDecisive ? "*" : part.isReached ? " " : "-"
      lines.append("\(indent)\(mark) \(part.outline.kind) \(part.outline.text) = \(shown(part.value))")
      for child in part.outline.children { add(child, indent + "  ") }
    }
    add(0, "")
    return lines.joined(separator: "\n")
  }

  private func explanation(_ rule: String, _ fields: JSONObject, macros: [Macro] = []) throws -> Explanation {
    var scope = Scope(catalogue: Catalogue.shared)
    for macro in macros { try scope.define(macro) }
    return try scope.outline(rule: rule).explanation(in: GivenEvent(fields: fields, now: 0))
  }

  private func shown(_ value: Value) -> String {
    switch value {
    case .bool(let truth): "\(truth)"
    case .int(let number): "\(number)"
    case .string(let bytes): String(decoding: bytes, as: UTF8.self)
    case .strings(let list): "\(list.map { String(decoding: $0, as: UTF8.self) })"
    default: "\(value)"
    }
  }

  @Test(arguments: try! Row.all(in: "language") + Row.all(in: "more"))
  func `an explanation comes to the answer that the rule has`(row: Row) throws {
    let question = row.question
    guard ["true", "false"].contains(row.expected), !question.expression.contains("fim.write.") else { return }
    var scope = Scope(catalogue: Catalogue.shared, variables: question.variables.map(\.variable))
    for macro in question.macros { try scope.define(macro) }
    let values = Dictionary(question.variables.map { ($0.variable.name, $0.value) }) { _, last in last }
    let event = try GivenEvent(fields: question.fields, variables: values, now: question.now)
    let outline = try scope.outline(rule: question.expression)
    let explanation = outline.explanation(in: event)
    #expect(explanation.holds == outline.program.holds(in: event))
    #expect(outline.outcomes(in: event)[0].contains(explanation.holds ? .holding : .failing))
    for part in explanation.parts where part.outline.isCondition && part.isDecisive {
      // What the answer rests on has been asked.
      #expect(part.isReached)
    }
  }

  @Test func `the first part that settles the answer decides`() throws {
    #expect(
      try tree(
        "exec.comm == \"ls\" && exec.uid != 0 && exec.gid == 5", ["exec.comm": "ls", "exec.uid": 0, "exec.gid": 5])
          == """
          * all exec.comm == "ls" && exec.uid != 0 && exec.gid == 5 = false
              test exec.comm == "ls" = true
                value exec.comm = ls
            * test exec.uid != 0 = false
              * value exec.uid = 0
            - test exec.gid == 5 = true
              - value exec.gid = 5
          """)
  }

  @Test func `what follows another operator nests to the right`() throws {
    #expect(
      try tree("exec.is_exec && (exec.uid == 1 || exec.gid == 1) || exec.euid == 0", ["exec.is_exec": true])
        == """
        * all exec.is_exec && (exec.uid == 1 || exec.gid == 1) || exec.euid == 0 = true
          * value exec.is_exec = true
          * any (exec.uid == 1 || exec.gid == 1) || exec.euid == 0 = true
              any (exec.uid == 1 || exec.gid == 1) = false
                test exec.uid == 1 = false
                  value exec.uid = 0
                test exec.gid == 1 = false
                  value exec.gid = 0
            * test exec.euid == 0 = true
              * value exec.euid = 0
        """)
  }

  @Test func `macros are opened`() throws {
    #expect(
      try tree(
        "not QUIET && exec.uid in [ 0 ]", ["exec.comm": "cron"],
        macros: [
          Macro(id: "NAMES", body: .values(["cron", "at"])),
          Macro(id: "QUIET", body: .expression("exec.comm in NAMES")),
        ])
          == """
          * all not QUIET && exec.uid in [ 0 ] = false
            * not not QUIET = false
              * macro QUIET = true
                * test exec.comm in NAMES = true
                  * value exec.comm = cron
            - test exec.uid in [ 0 ] = true
              - value exec.uid = 0
          """)
  }

  @Test(arguments: [
    ("exec.argv in [ \"a\", ~\"b*\", r\"^c\" ]", ["x", "bc"], "bc", "~\"b*\""),
    ("exec.argv not in [ \"a\", r\"^c\" ]", ["x", "cc"], "cc", "r\"^c\""),
    ("exec.argv == \"x\"", ["w", "x"], "x", nil), ("exec.argv == \"y\"", ["w", "x"], nil, nil),
  ])
  func `it is told what made a test of many things hold`(
    rule: String, argv: [String], element: String?, choice: String?
  ) throws {
    let witness = try explanation(rule, ["exec.argv": .array(argv.map(JSONValue.string))]).parts[0].witness
    #expect(witness?.element == element.map { .string(Array($0.utf8)) })
    #expect(witness?.choice == choice)
  }

  @Test func `of a register that object is shown which the rule comes nearest to`() throws {
    let rule = "process.ancestors[A].file.name == \"sh\" && process.ancestors[A].uid == 0 && exec.uid == 0"
    let ancestors: JSONValue = [["file.name": "sh", "uid": 1], ["file.name": "sh", "uid": 0], ["uid": 0]]
    let near = try explanation(rule, ["process.ancestors": ancestors, "exec.uid": 1])
    #expect(!near.holds && near.object?.index == 1 && near.object?.count == 3)
    let holding = try explanation(rule, ["process.ancestors": ancestors])
    #expect(holding.holds && holding.object?.index == 1 && holding.object?.count == 3)
    #expect(try !explanation("process.ancestors[A].uid == 0 && exec.uid == 0", [:]).holds)
  }

  @Test func `parts know their place`() throws {
    let outline = try Scope(catalogue: Catalogue.shared).outline(rule: "exec.uid == 0 &&\n  (exec.gid != 1)")
    #expect(outline.parts.filter(\.isCondition).map(\.position.description) == ["1:1", "1:1", "2:3"])
  }

  /// Macros that use another one twice, thirty times over, stand for a billion parts.
  @Test func `macros that double have an explanation of bounded size`() throws {
    var scope = Scope(catalogue: Catalogue.shared)
    try scope.define(Macro(id: "M0", body: .expression("exec.uid == 0")))
    for level in 1...14 {
      try scope.define(Macro(id: "M\(level)", body: .expression("M\(level - 1) && M\(level - 1)")))
    }
    let outline = try scope.outline(rule: "M14")
    #expect(outline.parts.count < 20_000)
    #expect(try outline.explanation(in: GivenEvent(fields: [:], now: 0)).holds)
  }

  @Test func `a chain of ten thousand operators has an explanation`() throws {
    let rule = "exec.uid == 0" + String(repeating: " && exec.gid == 1 || exec.uid == 0", count: 5000)
    let outline = try Scope(catalogue: Catalogue.shared).outline(rule: rule)
    let event = try GivenEvent(fields: [:], now: 0)
    #expect(outline.explanation(in: event).holds == outline.program.holds(in: event))
  }
}
