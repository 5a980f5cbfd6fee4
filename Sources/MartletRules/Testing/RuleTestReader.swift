import MartletSchema
import SECL

/// Reads a file of tests, by the rules that policies are read by. What is odd in a policy is a mistake in a test: it
/// would pass for the wrong reason.
struct RuleTestReader {
  /// What tests may speak of.
  struct Names {
    /// Ids of all rules, also of those that did not load.
    let rules: Set<String>
    /// Variables of the rule set.
    let variables: [VariableDefinition]
  }

  private var reader: PolicyReader
  private let names: Names
  private let directory: String

  /// The tests in `source`, and what is wrong with those that are left out.
  static func read(_ source: PolicySource, _ names: Names) -> (tests: [RuleTest], mistakes: [PolicyDiagnostic]) {
    do {
      let (policyReader, root) = try PolicyReader.open(source)
      var reader = RuleTestReader(policyReader, names, directory: directory(of: source.file))
      return try reader.tests(in: root)
    } catch { return ([], [error]) }
  }

  private init(_ reader: PolicyReader, _ names: Names, directory: String) {
    self.reader = reader
    self.names = names
    self.directory = directory
  }

  /// The path of the directory of `file`, with a slash at its end; empty for a mere name.
  private static func directory(of file: String) -> String {
    file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
  }

  // MARK: Tests

  private mutating func tests(
    in root: YAMLDocument.Node
  ) throws(PolicyDiagnostic) -> (tests: [RuleTest], mistakes: [PolicyDiagnostic]) {
    let members = try members(of: root, "a file of tests", keys: ["tests"])
    guard let list = members["tests"] else { throw reader.mistake(root, "the file has no 'tests'") }
    var tests: [RuleTest] = []
    var mistakes: [PolicyDiagnostic] = []
    for node in try reader.elements(of: list, "tests") {
      do { tests.append(try test(node)) } catch { mistakes.append(error) }
    }
    return (tests, mistakes)
  }

  private mutating func test(_ node: YAMLDocument.Node) throws(PolicyDiagnostic) -> RuleTest {
    let members = try members(
      of: node, "a test", keys: ["name", "events", "recording"] + Self.keysOfEvent)
    guard let name = try reader.scalar(members["name"], "name")?.text, !name.isEmpty else {
      throw reader.mistake(node, "a test needs a name")
    }
    let expectation = try expectation(members)
    let source: RuleTest.Source
    switch (members["type"], members["events"], members["recording"]) {
    case (_?, nil, nil): source = .steps(try steps([(node, members)]))
    case (nil, let events?, nil):
      try refuse(
        Self.keysOfEvent.filter { !["match", "no_match", "variables"].contains($0) }, of: members, beside: "events")
      source = .steps(try sequence(events, variables: members["variables"]))
    case (nil, nil, let recording?):
      try refuse(Self.keysOfEvent.filter { !["match", "no_match"].contains($0) }, of: members, beside: "recording")
      let path = try reader.scalar(recording, "recording")?.text ?? ""
      guard !path.isEmpty else { throw reader.mistake(recording, "'recording' must be the path of a file") }
      source = .recording(path.hasPrefix("/") ? path : directory + path)
    default: throw reader.mistake(node, "a test needs one of 'type', 'events' and 'recording'")
    }
    var expectsNothing = expectation.isEmpty
    if case .steps(let steps) = source { expectsNothing = expectsNothing && steps.allSatisfy(\.expectation.isEmpty) }
    guard !expectsNothing else { throw reader.mistake(node, "the test expects nothing; give it 'match' or 'no_match'") }
    return RuleTest(
      name: name, file: reader.text.file, position: reader.document.position(of: node), source: source,
      expectation: expectation)
  }

  private func refuse(
    _ keys: [String], of members: [String: YAMLDocument.Node], beside other: String
  ) throws(PolicyDiagnostic) {
    for key in keys {
      if let node = members[key] { throw reader.mistake(node, "'\(key)' cannot stand beside '\(other)'") }
    }
  }

  private mutating func expectation(
    _ members: [String: YAMLDocument.Node]
  ) throws(PolicyDiagnostic) -> RuleTest.Expectation {
    RuleTest.Expectation(
      matching: try rules(members["match"], "match"), notMatching: try rules(members["no_match"], "no_match"))
  }

  private mutating func rules(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> [YAMLScalar] {
    guard let node else { return [] }
    var rules: [YAMLScalar] = []
    if case .scalar(let one) = try reader.content(of: node) {
      rules = [one]
    } else {
      rules = try reader.scalars(node, key)
    }
    for rule in rules where !names.rules.contains(rule.text) {
      let suggestion = suggestion(for: rule.text, in: names.rules.sorted())
      throw reader.text.diagnostic(.policy, "no rule is called '\(short(rule.text))'\(suggestion)", at: rule.start)
    }
    return rules
  }

  // MARK: Events

  private static let keysOfEvent = [
    "type", "fields", "variables", "after", "process", "parent", "container", "cgroup", "match", "no_match",
  ]

  private mutating func sequence(
    _ list: YAMLDocument.Node, variables: YAMLDocument.Node?
  ) throws(PolicyDiagnostic) -> [RuleTest.Step] {
    var events: [(node: YAMLDocument.Node, members: [String: YAMLDocument.Node])] = []
    for node in try reader.elements(of: list, "events") {
      events.append((node, try members(of: node, "an event", keys: Self.keysOfEvent)))
    }
    guard !events.isEmpty else { throw reader.mistake(list, "'events' is empty") }
    if events[0].members["variables"] == nil { events[0].members["variables"] = variables }
    return try steps(events, ownExpectations: true)
  }

  private mutating func steps(
    _ events: [(node: YAMLDocument.Node, members: [String: YAMLDocument.Node])], ownExpectations: Bool = false
  ) throws(PolicyDiagnostic) -> [RuleTest.Step] {
    var steps: [RuleTest.Step] = []
    var time = RuleTest.start
    var lineages: [UInt64: [UInt64]] = [:]
    for (node, members) in events {
      time = time.adding(orLast: try reader.duration(members["after"], "after"))
      let type = try eventType(members["type"], of: node)
      var values = FieldValueReader(type: type, time: time)
      let fields = try values.fields(members["fields"], &reader).completed(type: type)
      let process = try number(members["process"], "process") ?? fields.pid ?? 1
      if let parent = try number(members["parent"], "parent") {
        guard parent != process else { throw reader.mistake(node, "a process is not its own parent") }
        lineages[process] = [parent] + (lineages[parent] ?? [])
      }
      steps.append(
        RuleTest.Step(
          type: type, fields: fields, time: time, variables: try variables(members["variables"]),
          images: [process] + (lineages[process] ?? []),
          container: try reader.scalar(members["container"], "container")?.text ?? fields.text("process.container.id"),
          cgroup: try reader.scalar(members["cgroup"], "cgroup")?.text ?? fields.text("process.cgroup.id"),
          expectation: ownExpectations ? try expectation(members) : RuleTest.Expectation(),
          position: reader.document.position(of: node)))
    }
    return steps
  }

  private mutating func eventType(
    _ node: YAMLDocument.Node?, of event: YAMLDocument.Node
  ) throws(PolicyDiagnostic) -> String {
    guard let node, let type = try reader.scalar(node, "type")?.text else {
      throw reader.mistake(event, "an event needs a 'type'")
    }
    let known = Catalogue.shared.eventTypes
    guard known.contains(type) else {
      throw reader.mistake(node, "no event type is called '\(short(type))'\(suggestion(for: type, in: known))")
    }
    return type
  }

  private mutating func number(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> UInt64? {
    guard let node else { return nil }
    guard let number = UInt64(exactly: try reader.integer(node, key)) else {
      throw reader.mistake(node, "'\(key)' must be a number from 0")
    }
    return number
  }

  private mutating func variables(
    _ node: YAMLDocument.Node?
  ) throws(PolicyDiagnostic) -> [(number: Int, value: Value)] {
    guard let node else { return [] }
    guard case .mapping(let members) = try reader.content(of: node) else {
      throw reader.mistake(node, "'variables' must be a mapping")
    }
    let known = names.variables.map(\.variable.name)
    var values = FieldValueReader(type: "", time: RuleTest.start)
    var variables: [(number: Int, value: Value)] = []
    for member in members {
      guard let name = try reader.scalar(member.key, "variables")?.text, let number = known.firstIndex(of: name) else {
        let name = (try reader.scalar(member.key, "variables"))?.text ?? ""
        throw reader.mistake(
          member.key, "no rule sets a variable '\(short(name))'\(suggestion(for: name, in: known))")
      }
      let type = names.variables[number].type
      let json = try values.json(member.value, of: name, as: type, &reader)
      guard let value = Value(json, as: type) else {
        throw reader.mistake(member.value, "'\(name)' is \(type.rawValue)")
      }
      variables.append((number, value))
    }
    return variables
  }

  /// The members of a mapping; one that nobody reads is a mistake.
  private mutating func members(
    of node: YAMLDocument.Node, _ what: String, keys: [String]
  ) throws(PolicyDiagnostic) -> [String: YAMLDocument.Node] {
    let members = try reader.members(of: node, what, keys: keys)
    guard let odd = reader.warnings.first else { return members }
    reader.warnings = []
    throw reader.text.diagnostic(.policy, odd.message, at: odd.position)
  }
}
