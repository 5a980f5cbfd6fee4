import SECL

/// Reads the nodes of a YAML document as what their place in a policy wants them to be.
///
/// A value of another kind than its key wants is a mistake that the whole file is refused for, as in the reference.
struct PolicyReader {
  /// Bytes that a file may have.
  static let largest = 10 << 20
  /// Keys that nobody reads of which a file's author is told.
  private static let mostWarnings = 100
  /// What visiting nodes may cost, aliases included: as much as the largest file without any does.
  private static let budget = 96 << 20

  let text: PolicyText
  let document: YAMLDocument
  var warnings: [PolicyDiagnostic] = []
  private var spent = 0

  /// What `source` says.
  ///
  /// - Throws: the first reason why it cannot be used.
  static func read(_ source: PolicySource) throws(PolicyDiagnostic) -> Policy {
    var (reader, root) = try open(source)
    var policy = Policy(name: source.name, origin: source.origin, text: reader.text)
    try reader.read(root, into: &policy)
    policy.warnings = reader.warnings
    return policy
  }

  /// A reader of the document in `source`, and the outermost node.
  ///
  /// - Throws: why there is no document.
  static func open(_ source: PolicySource) throws(PolicyDiagnostic) -> (PolicyReader, root: YAMLDocument.Node) {
    let text = PolicyText(source)
    guard source.bytes.count <= largest else {
      throw text.diagnostic(
        .policy, "the file has more than \(largest >> 20) MiB", at: SourcePosition(line: 1, column: 1))
    }
    let document: YAMLDocument
    do { document = try YAMLParser.document(of: source.bytes) } catch {
      throw text.diagnostic(.policy, error.message, at: error.position)
    }
    guard let root = document.root else {
      throw text.diagnostic(.policy, "the file is empty", at: SourcePosition(line: 1, column: 1))
    }
    return (PolicyReader(text: text, document: document), root)
  }

  private init(text: PolicyText, document: YAMLDocument) {
    self.text = text
    self.document = document
  }

  // MARK: Kinds of values

  /// The mistake of a `node` that is not what it should be.
  func mistake(_ node: YAMLDocument.Node, _ message: String) -> PolicyDiagnostic {
    text.diagnostic(.policy, message, at: document.position(of: node))
  }

  /// What `node` is, having been paid for.
  mutating func content(of node: YAMLDocument.Node) throws(PolicyDiagnostic) -> YAMLDocument.Content {
    spent += 16
    if case .scalar(let scalar) = document[node] { spent += scalar.text.utf8.count }
    guard spent <= Self.budget else { throw mistake(node, "the aliases of this file stand for too much") }
    return document[node]
  }

  /// The members of a mapping, one for each of `keys` that it has. A key that is not among them is a warning.
  mutating func members(
    of node: YAMLDocument.Node, _ what: String, keys: [String]
  ) throws(PolicyDiagnostic) -> [String: YAMLDocument.Node] {
    guard case .mapping(let members) = try content(of: node) else {
      throw mistake(node, "\(what) must be a mapping")
    }
    var found: [String: YAMLDocument.Node] = [:]
    var merged: [YAMLDocument.Node] = []
    for member in members {
      guard case .scalar(let key) = try content(of: member.key) else {
        throw mistake(member.key, "a key must be a text")
      }
      if key.text == "<<", key.style == .plain {
        merged.append(member.value)
        continue
      }
      guard found.updateValue(member.value, forKey: key.text) == nil else {
        throw mistake(member.key, "'\(short(key.text))' is here a second time")
      }
      if !keys.contains(key.text), warnings.count < Self.mostWarnings {
        warnings.append(
          text.diagnostic(
            .lint(.unknownKey), "\(what) has no key '\(short(key.text))'\(suggestion(for: key.text, in: keys))",
            at: document.position(of: member.key), severity: .warning))
      }
    }
    for node in merged { try merge(node, into: &found) }
    return found.filter { if case .scalar(let scalar) = document[$0.value] { !scalar.isNull } else { true } }
  }

  /// Adds the members of a mapping, or of each mapping of a list, that are not there: `<<`.
  private mutating func merge(
    _ node: YAMLDocument.Node, into found: inout [String: YAMLDocument.Node]
  ) throws(PolicyDiagnostic) {
    let sources: [YAMLDocument.Node]
    switch try content(of: node) {
    case .mapping: sources = [node]
    case .sequence(let nodes): sources = nodes
    case .scalar: throw mistake(node, "'<<' must be a mapping or a list of mappings")
    }
    for source in sources {
      guard case .mapping(let members) = try content(of: source) else {
        throw mistake(node, "'<<' must be a mapping or a list of mappings")
      }
      for member in members {
        guard case .scalar(let key) = try content(of: member.key) else { continue }
        if found[key.text] == nil { found[key.text] = member.value }
      }
    }
  }

  mutating func elements(
    of node: YAMLDocument.Node?, _ key: String
  ) throws(PolicyDiagnostic) -> [YAMLDocument.Node] {
    guard let node else { return [] }
    guard case .sequence(let nodes) = try content(of: node) else { throw mistake(node, "'\(key)' must be a list") }
    return nodes
  }

  /// A text, or a number or truth as it is written.
  mutating func scalar(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> YAMLScalar? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = try content(of: node) else { throw mistake(node, "'\(key)' must be a text") }
    return scalar
  }

  mutating func scalars(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> [YAMLScalar] {
    var scalars: [YAMLScalar] = []
    for element in try elements(of: node, key) {
      guard case .scalar(let scalar) = try content(of: element) else {
        throw mistake(element, "an element of '\(key)' must be a text")
      }
      scalars.append(scalar)
    }
    return scalars
  }

  mutating func texts(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> [String] {
    try scalars(node, key).map(\.text)
  }

  mutating func truth(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> Bool {
    guard let node else { return false }
    guard case .scalar(let scalar) = try content(of: node), let truth = scalar.truth else {
      throw mistake(node, "'\(key)' must be true or false")
    }
    return truth
  }

  mutating func integer(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> Int64 {
    guard let node else { return 0 }
    guard case .scalar(let scalar) = try content(of: node), let integer = scalar.integer else {
      throw mistake(node, "'\(key)' must be an integer")
    }
    return integer
  }

  /// Nanoseconds.
  mutating func duration(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> Int64 {
    guard let node else { return 0 }
    guard case .scalar(let scalar) = try content(of: node),
      let duration = scalar.integer ?? (scalar.isFraction ? nil : GoDuration.nanoseconds(scalar.text))
    else { throw mistake(node, "'\(key)' must be a duration such as 10s or 1h30m, or an integer of nanoseconds") }
    return max(duration, 0)
  }

  /// Texts under texts.
  mutating func map(_ node: YAMLDocument.Node?, _ key: String) throws(PolicyDiagnostic) -> [String: String] {
    guard let node else { return [:] }
    guard case .mapping(let members) = try content(of: node) else { throw mistake(node, "'\(key)' must be a mapping") }
    var map: [String: String] = [:]
    for member in members {
      guard case .scalar(let name) = try content(of: member.key),
        case .scalar(let value) = try content(of: member.value)
      else { throw mistake(member.value, "'\(key)' must have a text under each of its keys") }
      guard map.updateValue(value.isNull ? "" : value.text, forKey: name.text) == nil else {
        throw mistake(member.key, "'\(short(name.text))' is here a second time")
      }
    }
    return map
  }
}

/// A name from a policy, cut to a length that a message can bear.
func short(_ text: String) -> String { text.utf8.count <= 80 ? text : "\(text.prefix(60))…" }
